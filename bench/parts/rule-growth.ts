import { add, type Comparison, measure } from '../figures.ts';
import type { Run } from '../part.ts';
import { runScript } from '../script.ts';

interface Row {
  readonly networks: number;
  /** ms until it is loaded, from the text of the file. */
  readonly load: number;
  /** ns per packet from one of them, and from somebody else. */
  readonly dropped: number;
  readonly passed: number;
}

export async function ruleGrowth(run: Run): Promise<Comparison> {
  const rows = await runScript<readonly Row[]>('rule-growth.ts', run);
  const dropped = measure('dropped', 'ns per packet that is dropped');
  const passed = measure('passed', 'ns per packet that passes');
  const load = measure('load', 'parsed, compiled and loaded in ms', { digits: 1 });
  const nameOf = ({ networks }: Row) => (networks === 1 ? '1 network' : `${networks} networks`);
  for (const row of rows) {
    add(dropped, nameOf(row), row.dropped);
    add(passed, nameOf(row), row.passed);
    add(load, nameOf(row), row.load);
  }
  return {
    part: 'growth',
    title: 'Growth: networks in a list of xdp-drop',
    traced: 'Test runs in one process, the least of the rounds; half of the networks are single addresses.',
    rows: rows.map(nameOf),
    peers: [],
    measures: [dropped, passed, load],
    charts: ['dropped', 'load'],
  };
}
