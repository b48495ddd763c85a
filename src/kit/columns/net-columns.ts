import type { EventLayout } from '../../btf/layout.ts';
import { flag, type OptionsOf } from '../tool/options.ts';
import type { Column } from './columns.ts';
import { column, fieldsOf } from './typed-columns.ts';

/** The fields that `struct endpoints;` lends to an event. */
export interface Endpoints {
  readonly laddr: string;
  readonly raddr: string;
  readonly lport: number;
  readonly rport: number;
  readonly netns: number;
}

/** 4 or 6. An IPv4 address prints without a colon, also where an IPv6 socket talks to it. */
export const ipVersion = ({ raddr }: Pick<Endpoints, 'raddr'>) => (raddr.includes(':') ? 6 : 4);

export const ipColumn = <E>(address: (event: E) => string) =>
  column({
    head: 'IP',
    width: 2,
    type: 'int',
    doc: 'version of the Internet Protocol: 4 or 6',
    value: (e: E) => ipVersion({ raddr: address(e) }),
  });

/** bcc's option for tools whose rows have both ends of a connection. */
export const wideOption = { wide: flag('-w, --wide', 'columns for whole IPv6 addresses, and the IP version') };

type Wide = OptionsOf<typeof wideOption>;

/** The columns of both ends in the order of bcc. */
export const endpointsShown = ({ wide }: Wide) => [wide && 'ip', 'laddr', 'lport', 'raddr', 'rport'] as const;

/** The longest: 8 groups of 4 hexadecimal digits. */
const IPV6_WIDTH = 39;

/** Both ends of a connection and where it lives: the same for every tool about connections. */
export function endpointColumns<E extends Endpoints>(event: EventLayout<E>, { wide }: Partial<Wide> = {}) {
  const look = wide ? { width: IPV6_WIDTH } : {};
  const field = fieldsOf<Endpoints>(event as unknown as EventLayout<Endpoints>);
  return {
    ip: ipColumn(({ raddr }: Endpoints) => raddr),
    laddr: field('laddr', 'local address', look),
    lport: field('lport', 'local port'),
    raddr: field('raddr', 'remote address', look),
    rport: field('rport', 'remote port'),
    netns: field('netns', 'inode number of the network namespace'),
  } satisfies Record<string, Column<Endpoints>>;
}

/** An end of a connection in one word: `10.0.0.1:80`, `[fd00::1]:80` (RFC 3986 3.2.2). */
export const endText = (addr: string, port: number) => (addr.includes(':') ? `[${addr}]:${port}` : `${addr}:${port}`);

/** Both ends, address and port in one column each, for tools that show them so in the table. */
export const endColumns = {
  local: column({
    head: 'LADDR:LPORT',
    width: 20,
    type: 'string',
    doc: 'local address and port',
    value: ({ laddr, lport }: Endpoints) => endText(laddr, lport),
  }),
  remote: column({
    head: 'RADDR:RPORT',
    width: 20,
    type: 'string',
    doc: 'remote address and port',
    value: ({ raddr, rport }: Endpoints) => endText(raddr, rport),
  }),
};
