import { bestPeer, type Comparison, isBase, type Measure, overall, ratio } from './figures.ts';
import { format, formatTable } from './render.ts';

/** A line for each comparison that has peers: its first chart's measure, of ours and of the best of the others. */
export function formatSummary(comparisons: readonly Comparison[]): string {
  const lines = comparisons.flatMap((comparison) => {
    const of = comparison.measures.find(({ key }) => key === comparison.charts[0]);
    const ours = comparison.rows.find((name) => !isBase(name) && !comparison.peers.includes(name));
    const best = of && bestPeer(comparison, of);
    if (!of || !ours || best === undefined) return [];
    const peer = comparison.peers.find((name) => overall(of, name) === best) ?? '';
    return [
      [
        `${comparison.title}: ${of.label}`,
        cell(of, ours),
        cell(of, peer),
        ratio(comparison, of, ours),
        peer,
        lostBy(comparison, ours, peer),
      ],
    ];
  });
  if (lines.length === 0) return '';
  return formatTable([['', 'ours', 'best peer', 'ratio', 'which', 'lost: ours, theirs'], ...lines]);
}

const cell = (of: Measure, name: string) => format(overall(of, name) ?? 0, of.digits);

function lostBy({ measures }: Comparison, ...names: readonly string[]): string {
  const lost = measures.find(({ key }) => key === 'lost');
  return lost && lost.over === 'sum' ? names.map((name) => cell(lost, name)).join(', ') : '';
}
