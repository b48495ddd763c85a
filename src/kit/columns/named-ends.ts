import { Names } from '../../host/names.ts';
import { perRun, type Run } from '../tool/run.ts';
import type { Column, Columns } from './columns.ts';
import { type Endpoints, endText } from './net-columns.ts';
import { column } from './typed-columns.ts';

const namesOf = perRun((run) => {
  const names = new Names();
  run.ended.addEventListener('abort', () => names.close());
  return names;
});

/** What --resolve adds to the columns of a tool that has addresses. */
export interface EndNames {
  readonly lname?: string | null;
  readonly rname?: string | null;
}

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
  const texts: Readonly<Record<string, (event: Endpoints) => string>> = {
    laddr: ({ laddr }) => shown(laddr),
    raddr: ({ raddr }) => shown(raddr),
    local: ({ laddr, lport }) => endText(shown(laddr), lport),
    remote: ({ raddr, rport }) => endText(shown(raddr), rport),
  };
  const more: Columns<Endpoints> = {
    laddr: nameColumn('LNAME', 'local', ({ laddr }) => nameOf(laddr)),
    raddr: nameColumn('RNAME', 'remote', ({ raddr }) => nameOf(raddr)),
  };
  const all: Record<string, Column<never>> = {};
  for (const [key, each] of Object.entries(columns)) {
    const text = texts[key];
    all[key] = text ? { ...each, text: (_, event) => text(event) } : each;
    if (more[key]) all[`${key[0]}name`] = more[key];
  }
  return all;
}

function nameColumn(head: string, side: string, value: (event: Endpoints) => string | null): Column<Endpoints> {
  const doc = `with --resolve: name of the ${side} address, once it is known`;
  return column({ head, width: 24, type: 'string', nullable: true, doc, value });
}
