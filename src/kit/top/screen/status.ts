import { count } from '../../say.ts';
import { type Line, line, type Span } from '../../screen/line.ts';
import type { Snapshot, TopFacts, TopRow, TopSettings } from '../model.ts';

/** Which rows are seen, of how many. */
export interface Seen {
  readonly top: number;
  readonly page: number;
}

/** What stands above the table: when, what, how; and in a second line what is left out. */
export function statusLines<E extends TopRow>(
  facts: Pick<TopFacts<E>, 'name' | 'what' | 'groups' | 'columns' | 'run'>,
  settings: TopSettings,
  snapshot: Snapshot<E>,
  { top, page }: Seen,
): readonly Line[] {
  const { rows, found, totals, interval, time } = snapshot;
  const [, doc = settings.group] = facts.groups.find(([name]) => name === settings.group) ?? [];
  const head = facts.columns[settings.sort]?.head ?? settings.sort;
  const last = Math.min(top + page, rows.length);
  const seen = rows.length > page ? `, ${top + 1}-${last} of ${found}` : '';
  const spans: (string | Span)[] = [
    { text: facts.name, style: 'bold' },
    ` ${facts.run.clock.time(time)}, ${totals.members} ${facts.what}, ${doc}${seen}, by ${head}, every ${seconds(interval)}`,
  ];
  if (settings.paused) spans.push('  ', { text: ' paused ', style: 'inverse' });
  const less = leftOut(facts.what, settings, snapshot);
  return [line(...spans), ...(less.length > 0 ? [line(...less)] : [])];
}

function leftOut<E extends TopRow>(
  what: string,
  { filter, search, reverse }: TopSettings,
  snapshot: Snapshot<E>,
): (string | Span)[] {
  const { evicted, capacity, found, rows } = snapshot;
  const parts: Span[] = [];
  if (filter !== undefined) parts.push({ text: `filter: ${filter}`, style: 'cyan' });
  if (search !== '') parts.push({ text: `search: ${search}`, style: 'cyan' });
  if (reverse) parts.push({ text: 'reverse order', style: 'cyan' });
  if (found > rows.length) parts.push({ text: `${count(found - rows.length, 'row')} not shown (--rows)` });
  if (evicted > 0) {
    parts.push({ text: `${evicted} ${what} forgotten: there is room for ${capacity} at a time`, style: 'yellow' });
  }
  return parts.flatMap((part, i): (string | Span)[] => (i === 0 ? [part] : ['  ', part]));
}

const seconds = (ns: number) => `${Number((ns / 1e9).toFixed(1))} s`;
