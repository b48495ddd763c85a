import { containerId } from '../../host/cgroups.ts';
import { errnoName } from '../../host/errno.ts';
import { userName } from '../../host/users.ts';
import { column } from './typed-columns.ts';

/** What many tools say about a task, beside the fields that the kernel hands over as they are. */

export const userColumn = <E extends { readonly uid: number }>() =>
  column({
    head: 'USER',
    width: 8,
    type: 'string',
    doc: "the process's user name, or its user id where there is no name",
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
    value: (event: E) => (event.ret < 0 ? errnoName(event.ret) : null),
  });
