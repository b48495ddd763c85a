import { type Comparison, isBase, type Measure, overall } from './figures.ts';
import { format } from './render.ts';

const WIDTH = 720;
const LABEL = 200;
const NUMBER = 90;
const ROW = 22;
const TOP = 34;

/** In both modes of whoever looks at it, on whatever ground. */
const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .head { font-weight: 600 }
    .ours { fill: #0969da }
    .peer { fill: #8c959f }
    .base { fill: #c8d1da }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .ours { fill: #4493f8 }
      .peer { fill: #768390 }
      .base { fill: #444c56 }
    }`;

/** A bar for each contender. */
export function drawBars(comparison: Comparison, of: Measure): string {
  const names = comparison.rows.filter((name) => overall(of, name) !== undefined);
  const values = names.map((name) => overall(of, name) ?? 0);
  const most = Math.max(...values, Number.MIN_VALUE);
  const bars = names.map((name, i) => {
    const y = TOP + i * ROW;
    const length = Math.max(1, ((WIDTH - LABEL - NUMBER) * values[i]) / most);
    return `
  <text x="${LABEL - 8}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>
  <rect class="${kind(comparison, name)}" x="${LABEL}" y="${y + 3}" width="${length.toFixed(1)}" height="${ROW - 8}" rx="2"/>
  <text x="${(LABEL + length + 6).toFixed(1)}" y="${y + 14}">${format(values[i], of.digits)}</text>`;
  });
  const height = TOP + names.length * ROW + 6;
  const title = escaped(`${comparison.title}: ${of.label}`);
  const better = of.better ? ` (${of.better} is better)` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img">
  <title>${title}</title>
  <style>${STYLE}
  </style>
  <text class="head" x="0" y="18">${title}${better}</text>${bars.join('')}
</svg>
`;
}

function kind({ peers }: Comparison, name: string): string {
  if (peers.includes(name)) return 'peer';
  return isBase(name) ? 'base' : 'ours';
}

const escaped = (text: string) => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
