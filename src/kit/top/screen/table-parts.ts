import { type Line, type Look, line } from '../../screen/line.ts';
import type { ListParts } from '../../screen/list-lines.ts';
import type { Selection } from '../../screen/selection.ts';
import { bar, sparkline } from '../../screen/spark.ts';
import { HISTORY, type Snapshot, type TopFacts, type TopRow, type TopSettings } from '../model.ts';
import { layOut } from './layout.ts';
import { statusLines } from './status.ts';
import { headLine, type Picture, rowLine, totalLine } from './table-lines.ts';

export interface TableLook {
  readonly look: Look;
  /** Widths that columns have had. */
  readonly known: Map<string, number>;
  readonly picture: Picture;
}

/** What of the screen depends on the snapshot. */
export function tableParts<E extends TopRow>(
  facts: TopFacts<E>,
  settings: TopSettings,
  snapshot: Snapshot<E>,
  { look, known, picture }: TableLook,
) {
  const { rows, columns, totals } = snapshot;
  const status = (top: number, page: number) => statusLines(facts, settings, snapshot, { top, page });
  return {
    /** Only how many lines there are. */
    heights: { above: status(0, rows.length), head: [line(), line()] },
    parts({ id, top }: Selection, page: number, width: number): Omit<ListParts, 'below' | 'urgent'> {
      const seen = rows.slice(top, top + page);
      const layout = layOut(columns, snapshot.more ?? [], [...seen, totals], {
        width,
        history: HISTORY,
        order: Object.keys(facts.columns),
        known,
      });
      const { spark } = layout;
      const pictureOf = (row: E) =>
        picture === 'SHARE'
          ? bar(row.rate / totals.rate, spark, look.utf8)
          : sparkline(snapshot.recent(row), spark, look.utf8);
      const row = (index: number): Line =>
        rowLine(layout, rows[index], pictureOf(rows[index]), rows[index].key === id ? 'inverse' : undefined);
      return {
        above: status(top, page),
        head: [headLine(layout, settings.sort, picture), totalLine(layout, totals)],
        count: rows.length,
        row,
      };
    },
  };
}
