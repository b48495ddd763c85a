import { userName } from '../../host/users.ts';
import { column } from './typed-columns.ts';

/** The fields that `struct owner;` lends to an event; pid 0: nobody knows. */
export interface Owner {
  readonly pid: number;
  readonly tid: number;
  readonly uid: number;
  readonly comm: string;
  readonly cgroup_id: string;
}

const known =
  <V>(value: (owner: Owner) => V) =>
  (owner: Owner): V | null =>
    owner.pid === 0 ? null : value(owner);

/** Whose it is, or null where that is not known, for any tool whose events happen while a stranger is running. */
export const ownerColumns = {
  pid: column({
    head: 'PID',
    width: 7,
    type: 'int',
    nullable: true,
    doc: 'id of the process that was inside a call on the socket last',
    value: known(({ pid }) => pid),
  }),
  tid: column({
    head: 'TID',
    width: 7,
    type: 'int',
    nullable: true,
    doc: 'id of its thread',
    value: known(({ tid }) => tid),
  }),
  comm: column({
    head: 'COMM',
    width: 10,
    type: 'string',
    nullable: true,
    doc: "the thread's command name",
    value: known(({ comm }) => comm),
  }),
  uid: column({
    head: 'UID',
    width: 6,
    type: 'int',
    nullable: true,
    doc: 'its user id',
    value: known(({ uid }) => uid),
  }),
  user: column({
    head: 'USER',
    width: 8,
    type: 'string',
    nullable: true,
    doc: 'its user name, or user id where there is no name',
    resolved: true,
    value: known(({ uid }) => userName(uid)),
  }),
  cgroup_id: column({
    head: 'CGROUP_ID',
    width: 8,
    type: 'string',
    nullable: true,
    doc: 'id of its cgroup (v2): the inode number of its directory',
    value: known(({ cgroup_id }) => cgroup_id),
  }),
};

/** The same with bcc's -w: room for the whole name. */
export const ownerColumnsFor = ({ wide }: { readonly wide: boolean }) => ({
  ...ownerColumns,
  comm: wide ? { ...ownerColumns.comm, width: 16 } : ownerColumns.comm,
});
