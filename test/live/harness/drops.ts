import { execFileSync } from 'node:child_process';
import type { Host } from './net/hosts.ts';

/** What the running kernel tells of a dropped packet, found out without the code under test. */

const types = execFileSync('bpftool', ['btf', 'dump', 'file', '/sys/kernel/btf/vmlinux', 'format', 'c'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
const [, enumerators] = /^enum skb_drop_reason \{\n(.*?)^\};/ms.exec(types) ?? [];
/** The reasons of this kernel, as bpftool tells them; undefined: it gives none. */
export const codes =
  enumerators === undefined
    ? undefined
    : new Map(
        [...enumerators.matchAll(/SKB_(?:DROP_REASON_)?(\w+) = (\d+)/g)].map(([, name, code]) => [name, Number(code)]),
      );
/** What is expected of the reason. */
export const because = (name: string) =>
  codes ? { reason: name, reason_code: codes.get(name) } : { reason: null, reason_code: null };
/** Since 6.11 the kernel tells the socket that a packet was for. */
const tellsSocket = /struct trace_event_raw_kfree_skb \{[^}]*\brx_sk;/.test(types);
export const ifTold = <T>(value: T) => (tellsSocket ? value : null);

/** Arguments to see what is dropped in one namespace. */
export const at = (host: Host, ...args: readonly string[]) => ['--netns', host.netns, ...args];

/** The same, without the stacks. */
export const bare = (host: Host, ...args: readonly string[]) => at(host, '--no-stack', ...args);
