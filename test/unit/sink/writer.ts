/**
 * A program that writes batches to its standard output through a sink and says on descriptor 3, as JSON lines, what it
 * sees. Arguments: number of batches, bytes of each, limit of the backlog, ms that the final flush may take.
 */
import { readFileSync, writeSync } from 'node:fs';
import { openSink } from '../../../src/kit/output/sink.ts';

const [batches, size, limit, deadline] = process.argv.slice(2).map(Number);

const say = (record: object) => writeSync(3, `${JSON.stringify(record)}\n`);
const flags = () => /^flags:\s*(\d+)/m.exec(readFileSync('/proc/self/fdinfo/1', 'utf8'))?.[1];

let ended: string | undefined;
const sink = openSink(1, {
  limit,
  onEnd: (error) => {
    ended = error === undefined ? 'quietly' : `${error.message} (status ${error.exitCode})`;
  },
});

const flagsBefore = flags();
let refused = 0;
for (let i = 0; i < batches; i++) {
  if (!sink.write(`${i}`.padEnd(size - 1).concat('\n'), 1)) refused++;
  // As between two drains: the event loop gets its turn.
  await new Promise(setImmediate);
}
say({ what: 'written', refused, waiting: sink.waiting, flagsBefore, flagsAfter: flags() });
await sink.flush(deadline);
const { state, waiting, unwritten } = sink;
sink.close();
say({ what: 'flushed', state, waiting, unwritten, ended });
process.exit(0);
