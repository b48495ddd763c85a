import type { EventLayout } from '../../btf/layout.ts';
import { containerId } from '../../host/cgroups.ts';
import { errnoName } from '../../host/errno.ts';
import { userName } from '../../host/users.ts';
import { column, fieldsOf } from './typed-columns.ts';

/** What many tools say about a task. */

/** The fields that `struct task;` lends to an event. */
export interface Task {
  readonly pid: number;
  readonly tid: number;
  readonly ppid: number;
  readonly ns_pid: number;
  readonly uid: number;
  readonly cpu: number;
  readonly comm: string;
  readonly parent_comm: string;
  readonly tty: string;
  readonly cgroup_id: string;
}

/** Which process it is, of an event that `struct task;` begins. @param tid what the thread is */
export function taskColumns<E extends Task>(event: EventLayout<E>, { tid }: { readonly tid: string }) {
  const field = fieldsOf<Task>(event as unknown as EventLayout<Task>);
  return {
    uid: field('uid', "the process's user id"),
    user: userColumn<Task>(),
    comm: field('comm', "the process's command name", { head: 'PCOMM' }),
    pid: field('pid', 'process id'),
    tid: field('tid', tid),
    ns_pid: field('ns_pid', "process id in the process's own PID namespace"),
    parent_comm: field('parent_comm', "the parent's command name"),
    ppid: field('ppid', "the parent's process id"),
    cpu: field('cpu', 'number of the CPU', { width: 4, align: 'left' }),
  };
}

/** Where it runs, of an event with the path of its cgroup. */
export function placeColumns<E extends Task & { readonly cgroup: string }>(event: EventLayout<E>) {
  const field = fieldsOf<Task & { readonly cgroup: string }>(
    event as unknown as EventLayout<Task & { cgroup: string }>,
  );
  return {
    tty: ttyColumn<Task>(),
    cgroup_id: field('cgroup_id', 'id of the cgroup (v2): the inode number of its directory'),
    cgroup: field('cgroup', 'path of the cgroup (v2) below its root'),
    container_id: containerColumn<{ cgroup: string }>(),
  };
}

/** Whether bpf/include/path.h is to collect the cgroup's path. */
export const wantsCgroup = (wants: (column: 'cgroup' | 'container_id') => boolean) =>
  wants('cgroup') || wants('container_id');

export const userColumn = <E extends { readonly uid: number }>() =>
  column({
    head: 'USER',
    width: 8,
    type: 'string',
    doc: "the process's user name, or its user id where there is no name",
    resolved: true,
    key: (event) => event.uid,
    value: (event: E) => userName(event.uid),
  });

export const ttyColumn = <E extends { readonly tty: string }>() =>
  column({
    head: 'TTY',
    width: 8,
    type: 'string',
    nullable: true,
    doc: 'controlling terminal, below /dev',
    // the kernel calls it pts0; it is /dev/pts/0
    value: (event: E) => event.tty.replace(/^pts(?=\d)/, 'pts/') || null,
  });

export const containerColumn = <E extends { readonly cgroup: string }>() =>
  column({
    head: 'CONTAINER',
    width: 12,
    type: 'string',
    nullable: true,
    doc: 'id of the container that the cgroup path names (12 digits in the table)',
    key: (event) => event.cgroup,
    value: (event: E) => containerId(event.cgroup) ?? null,
    text: (id) => String(id).slice(0, 12),
  });

export const errorColumn = <E extends { readonly ret: number }>() =>
  column({
    head: 'ERROR',
    width: 8,
    type: 'string',
    nullable: true,
    doc: 'name of the errno of what failed',
    key: (event) => event.ret,
    value: (event: E) => (event.ret < 0 ? errnoName(event.ret) : null),
  });
