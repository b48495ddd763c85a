import type { Clock } from '../../host/clock.ts';
import type { Columns, NamedColumn } from '../columns/columns.ts';
import type { View } from '../stream/parts.ts';
import type { OptionSpecs, OptionsOf } from '../tool/options.ts';
import type { AnyTopTool } from './define.ts';
import type { TopRow } from './model.ts';

/** The rows of a grouping as the parts of a run see them. @param columns those that were picked */
export function rowView(
  { name, type, groups }: AnyTopTool,
  options: OptionsOf<OptionSpecs>,
  all: Columns<TopRow>,
  columns: readonly NamedColumn<TopRow>[],
  group: string,
  clock: Clock,
): View<TopRow> {
  const ofGroup = groups[group].key === null ? type : group;
  const usual = new Set(groups[group].columns);
  return { tool: name, type: ofGroup, counting: false, all, columns, usual, options, clock };
}
