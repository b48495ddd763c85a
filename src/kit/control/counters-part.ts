import { pickColumns } from '../columns/columns.ts';
import { jsonWriter } from '../output/json.ts';
import { tableWriter } from '../output/table.ts';
import { writeError } from '../say.ts';
import type { PartMaker } from '../stream/parts.ts';
import { idleRun } from '../tool/run.ts';
import type { Reading } from './define.ts';
import { type AnyCounters, reader, readingColumns } from './readings.ts';
import type { ControlRun } from './run.ts';

/** At the end, what was counted: in --json as records, else as a table on standard error. */
export const countersPart =
  <E>(run: ControlRun, counters: AnyCounters, { json }: { readonly json: boolean }): PartMaker<E> =>
  ({ clock }) => {
    const all = readingColumns(counters, { ...idleRun, clock });
    const columns = pickColumns(all, json ? Object.keys(all) : counters.defaults);
    let readings: readonly Reading<object>[] = [];
    return {
      ready({ start }) {
        const read = reader(counters, start);
        run.fleet.atEnd(() => {
          readings = read(run.fleet.held.map(({ at, maps, state }) => ({ dev: at.name, maps, state })));
        });
      },
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
