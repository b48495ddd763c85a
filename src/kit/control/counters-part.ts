import { pickColumns } from '../columns/columns.ts';
import { jsonWriter } from '../output/json.ts';
import { tableWriter } from '../output/table.ts';
import { writeError } from '../say.ts';
import type { PartMaker } from '../stream/parts.ts';
import type { Counters, Reading } from './define.ts';
import type { ControlRun } from './run.ts';

/** At the end, what was counted: in --json as records, else as a table on standard error. */
export const countersPart =
  <E>(run: ControlRun, { json }: { readonly json: boolean }): PartMaker<E> =>
  () => {
    const counters = run.tool.counters as Counters<object, unknown> | undefined;
    if (!counters) return undefined;
    let readings: readonly Reading<object>[] = [];
    const columns = pickColumns(counters.columns, json ? Object.keys(counters.columns) : counters.defaults);
    return {
      ready: () => run.fleet.atEnd(() => (readings = readAll(run, counters))),
      records: () => (json ? jsonWriter(columns, counters.type).rows(readings) : ''),
      end() {
        const table = tableWriter(columns);
        // what never came says nothing
        const told = readings.filter((each) => columns.some(({ type, value }) => type === 'int' && value(each) !== 0));
        if (!json && told.length > 0) writeError(table.header() + table.rows(told));
        return [];
      },
    };
  };

function readAll({ fleet }: ControlRun, counters: Counters<object, unknown>): readonly Reading<object>[] {
  return fleet.held.flatMap(({ at, maps, state }) =>
    counters.read(maps, state).map((now) => ({ interface: at.name, time: 0, now, seconds: 0 })),
  );
}
