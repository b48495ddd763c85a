import { formatMachine, machine } from '../machine.ts';
import type { Loading } from './loading.ts';

/** Of one flood: per packet in ns, all processor time of sending and receiving it, and what of that is softirqs'. */
export interface Figures {
  readonly cpu: number;
  readonly softirq: number;
  /** The share of the others' packets that has arrived. */
  readonly legitimate: number;
  /** Packets that the dropper says it has dropped. */
  readonly dropped: number;
}

interface Results {
  readonly names: readonly string[];
  readonly lists: readonly number[];
  readonly figures: ReadonlyMap<string, readonly Figures[]>;
  readonly loading: readonly Loading[];
  readonly rounds: number;
  readonly sent: number;
}

const LABEL = 26;
const CELLS = [6, 6, 6];
const WIDTH = CELLS.reduce((sum, width) => sum + width);

/** 80 columns. */
export function tell({ names, lists, figures, loading, rounds, sent }: Results): void {
  const cells = (texts: readonly string[]) => texts.map((text, i) => text.padStart(CELLS[i])).join('');
  const heads = lists.map((count) => (count === 1 ? 'one address' : `${count} networks`).padStart(WIDTH));
  const lines = names.map((name) => {
    const each = lists.map((count) => {
      const rounds = figures.get(`${name}/${count}`);
      if (!rounds) return cells(['-', '-', '-']);
      const { cpu, softirq, legitimate } = best(rounds);
      return cells([(1000 / cpu).toFixed(2), softirq.toFixed(0), `${(100 * legitimate).toFixed(0)}%`]);
    });
    return `${name.padEnd(LABEL)}${each.join('')}`;
  });
  console.log(`${formatMachine(machine())}

${'a flood from'.padEnd(LABEL)}${heads.join('')}
${'dropped by'.padEnd(LABEL)}${lists.map(() => cells(['Mp/s', 'ns', 'good'])).join('')}
${lines.join('\n')}

Mp/s: millions of packets per second of one CPU that sends them and takes care of
them; ns: softirqs, per packet; good: packets of others that arrive, of one in 4096.
The round that took least, of ${rounds} of ${sent} packets each. xdp-filter has no networks.

${`${loading[0]?.count} networks are in force`.padEnd(LABEL + 8)}   s CPU, s
${loading.map(({ name, wall, cpu }) => `${name.padEnd(LABEL + 8)}${seconds(wall)}${seconds(cpu).padStart(7)}`).join('\n')}`);
}

const seconds = (time: number) => time.toFixed(2);

/** What else the machine does can only add to it. */
export function best(rounds: readonly Figures[]): Figures {
  return rounds.reduce((one, other) => (other.cpu < one.cpu ? other : one));
}
