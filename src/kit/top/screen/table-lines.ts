import { type Line, line, type Span, type Style } from '../../screen/line.ts';
import { cutText, displayWidth } from '../../text.ts';
import type { Layout, Placed } from './layout.ts';

/** What stands in the last column: what a row has carried in the last intervals, or its part of all in the last one. */
export type Picture = 'RECENT' | 'SHARE';

/** Text in a column: cut, or filled up on the side where it is not aligned. */
function padded(text: string, { width, column }: Pick<Placed<never>, 'width' | 'column'>): string {
  const shown = cutText(text, width);
  const gap = ' '.repeat(width - displayWidth(shown));
  return column.align === 'left' ? shown + gap : gap + shown;
}

/** The heads; that of the column by which the rows are sorted stands out. */
export function headLine<E>({ placed, spark }: Layout<E>, sort: string, picture: Picture): Line {
  const heads = placed.flatMap(({ column, width }): Span[] => [
    { text: padded(column.head, { width, column }), style: column.name === sort ? 'inverse' : 'bold' },
    { text: ' ' },
  ]);
  if (spark > 0)
    heads.push({ text: picture === 'SHARE' ? picture.padEnd(spark) : picture.padStart(spark), style: 'bold' });
  return line(...heads);
}

/** @param picture what stands in the last column */
export function rowLine<E>({ placed }: Layout<E>, row: E, picture: string, fill?: Style): Line {
  const cells = placed.flatMap(({ column, width, text }): (string | Span)[] => {
    const shown = padded(text(row), { width, column });
    const alert = column.alert?.(column.value(row), row);
    return [alert ? { text: shown, style: 'red' } : shown, ' '];
  });
  if (picture !== '') cells.push({ text: picture, style: 'cyan' });
  return { spans: cells, fill };
}

/** The totals, with a word for what they are in the place of what tells rows apart. */
export function totalLine<E>({ placed }: Layout<E>, totals: E): Line {
  const texts = placed.map(({ column, text }) => {
    const value = column.value(totals);
    return value === null || value === '' ? '' : text(totals);
  });
  const lead = Math.max(
    1,
    texts.findIndex((text) => text !== ''),
  );
  const width = placed.slice(0, lead).reduce((sum, column) => sum + column.width + 1, -1);
  const cells = placed.slice(lead).map((place, i) => padded(texts[lead + i], place));
  return line({ text: ['total'.slice(0, width).padEnd(width), ...cells].join(' '), style: 'bold' });
}
