import { Names } from '../../host/names.ts';
import { perRun, type Run } from '../tool/run.ts';
import type { Column, Columns } from './columns.ts';
import { type Endpoints, endText } from './net-columns.ts';
import type { Flow } from './packet-columns.ts';
import { column } from './typed-columns.ts';

const namesOf = perRun(({ names: known, ended }) => {
  if (known) return known;
  const names = new Names();
  ended.addEventListener('abort', () => names.close());
  return names;
});

/** What --resolve adds to the columns of a tool that has addresses. */
export interface EndNames {
  readonly lname?: string | null;
  readonly rname?: string | null;
  readonly sname?: string | null;
  readonly dname?: string | null;
}

/** Any event with addresses; which of these it has, its columns tell. */
type Ends = Endpoints & Flow;

/** The tool's columns; with --resolve, names stand where addresses do in the table, and have columns of their own. */
export function columnsOf<O extends { readonly resolve?: unknown }, C extends Columns<never>>(
  tool: { columns(options: O, run: Run): C },
  options: O,
  run: Run,
): C {
  const columns = tool.columns(options, run);
  return options.resolve === true ? (named(columns, run) as C) : columns;
}

function named(columns: Columns<never>, run: Run): Columns<never> {
  const nameOf = (address: string) => namesOf(run).nameOf(address);
  const shown = (address: string) => nameOf(address) ?? address;
  const texts: Readonly<Record<string, (event: Ends) => string>> = {
    laddr: ({ laddr }) => shown(laddr),
    raddr: ({ raddr }) => shown(raddr),
    local: ({ laddr, lport }) => endText(shown(laddr), lport),
    remote: ({ raddr, rport }) => endText(shown(raddr), rport),
    saddr: ({ saddr }) => shown(saddr),
    daddr: ({ daddr }) => shown(daddr),
    source: ({ saddr, sport }) => endText(shown(saddr), sport),
    destination: ({ daddr, dport }) => endText(shown(daddr), dport),
  };
  const more: Columns<Ends> = {
    laddr: nameColumn('LNAME', 'local', ({ laddr }) => nameOf(laddr)),
    raddr: nameColumn('RNAME', 'remote', ({ raddr }) => nameOf(raddr)),
    saddr: nameColumn('SNAME', 'source', ({ saddr }) => nameOf(saddr)),
    daddr: nameColumn('DNAME', 'destination', ({ daddr }) => nameOf(daddr)),
  };
  const all: Record<string, Column<never>> = {};
  for (const [key, each] of Object.entries(columns)) {
    const text = texts[key];
    const form = each.text ?? String;
    all[key] = text ? { ...each, text: (_, event) => form(text(event), event) } : each;
    if (more[key]) all[`${key[0]}name`] = more[key];
  }
  return all;
}

function nameColumn(head: string, side: string, value: (event: Ends) => string | null): Column<Ends> {
  const doc = `with --resolve: name of the ${side} address, once it is known`;
  return column({ head, width: 24, type: 'string', nullable: true, resolved: true, doc, value });
}
