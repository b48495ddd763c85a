import type { Columns } from '../../../src/kit/columns/columns.ts';
import { fieldColumn } from '../../../src/kit/columns/field-column.ts';

/** An event with one column of each kind, to write in every format. */
export interface Visit {
  readonly comm: string;
  readonly pid: number;
  readonly ret: number;
  readonly latency: number;
  readonly cut: boolean;
  readonly tty: string;
  readonly args: readonly string[];
}

export const visitColumns: Columns<Visit> = {
  comm: fieldColumn({ meaning: 'comm', type: 'string' }, 'comm', { doc: 'name' }),
  pid: fieldColumn({ meaning: 'pid', type: 'int' }, 'pid', { doc: 'process id' }),
  ret: fieldColumn({ meaning: 'errno', type: 'int' }, 'ret', { doc: 'result' }),
  latency: {
    head: 'MS',
    width: 6,
    align: 'right',
    type: 'float',
    doc: 'milliseconds',
    value: (event) => event.latency,
    text: (value) => Number(value).toFixed(2),
  },
  cut: fieldColumn({ meaning: 'flag', type: 'bool' }, 'cut', { doc: 'whether args are cut' }),
  tty: {
    head: 'TTY',
    width: 5,
    align: 'left',
    type: 'string',
    nullable: true,
    doc: 'terminal',
    value: (event) => event.tty || null,
    text: (value) => `/dev/${value}`,
  },
  args: fieldColumn({ meaning: 'tail_argv', type: 'strings' }, 'args', { doc: 'command line' }),
};

export function visit(differing: Partial<Visit> = {}): Visit {
  return { comm: 'bash', pid: 42, ret: 0, latency: 1.5, cut: false, tty: '', args: ['ls', '-l'], ...differing };
}
