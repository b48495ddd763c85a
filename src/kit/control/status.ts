import { readClocks } from '../../bpf/clock.ts';
import { openClock } from '../../host/clock.ts';
import { type Columns, pickColumns } from '../columns/columns.ts';
import { column } from '../columns/typed-columns.ts';
import type { AnyControl } from './define.ts';
import type { Instance } from './find.ts';

const clock = openClock(readClocks);

/** What runs where; for `status`. */
export function statusColumns(tool: AnyControl) {
  const known = ({ about }: Instance) => about.layout === tool.object.hash;
  const columns = {
    interface: column({
      head: 'IFACE',
      width: 10,
      type: 'string',
      doc: 'interface',
      value: ({ about }: Instance) => about.dev,
    }),
    netns: column({
      head: 'NETNS',
      width: 10,
      type: 'int',
      doc: 'inode number of its network namespace; "here" in the table: that of this command',
      value: ({ about }: Instance) => about.netns,
      text: (netns, { here }) => (here ? 'here' : `${netns}`),
    }),
    xdp_mode: column({
      head: 'MODE',
      width: 7,
      type: 'string',
      nullable: true,
      doc: 'native or generic; null: it cannot be told from this network namespace',
      value: ({ mode }: Instance) => mode ?? null,
    }),
    since: column({
      head: 'SINCE',
      width: 8,
      type: 'string',
      doc: 'when it was attached: HH:MM:SS, or RFC 3339 in --json and --csv',
      value: ({ about }: Instance) => clock.iso(about.started),
      text: (_, { about }) => clock.time(about.started),
    }),
    pid: column({
      head: 'PID',
      width: 7,
      type: 'int',
      nullable: true,
      doc: 'process that it ends with; null: it is pinned only, or that process cannot be seen from here',
      value: ({ pids }: Instance) => pids.at(0) ?? null,
    }),
    pin: column({
      head: 'PIN',
      width: 3,
      type: 'string',
      nullable: true,
      doc: 'where it is pinned; null: it ends with its process',
      value: ({ pin }: Instance) => pin ?? null,
      text: () => 'yes',
    }),
    confirm_in: column({
      head: 'CONFIRM',
      width: 7,
      align: 'right',
      type: 'float',
      nullable: true,
      doc: 'seconds until it is taken back, unless it is confirmed; null: it is not waiting for that',
      value: ({ about }: Instance) =>
        about.confirm_by ? Math.max(0, (about.confirm_by - readClocks().boot) / 1e9) : null,
      text: (seconds) => `${Number(seconds).toFixed(0)}s`,
    }),
    state: column({
      head: 'STATE',
      width: 20,
      type: 'string',
      nullable: true,
      doc: 'what it does, in a few words; null: it is of another version of ebpf-kit',
      value: (instance: Instance) => {
        if (instance.link.ifindex === 0) return 'the interface is gone';
        return known(instance) ? tool.describe(tool.read(instance.maps)) : null;
      },
    }),
  } satisfies Columns<Instance>;
  return pickColumns<Instance>(columns, Object.keys(columns));
}
