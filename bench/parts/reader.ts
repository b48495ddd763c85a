import { csv, json, text } from '../contenders.ts';
import { add, measure } from '../figures.ts';
import { linesWith, openRows } from '../output.ts';
import type { Part } from '../part.ts';
import { start } from '../process.ts';
import { attached, settled } from '../storm.ts';
import { opens } from '../storms.ts';
import { inTurn } from '../turns.ts';

/** Room for all records of the storm. */
const RING = ['--ring-size', '128M'];

/** The tool sleeps while the ring fills, and then has nothing to do but to read. */
const part: Part = async ({ stage, rounds, quick }) => {
  const times = quick ? 20_000 : 500_000;
  const storm = opens(stage, times);
  const title = 'The reader alone, from a full ring';
  const rate = measure('rate', 'records/s of its CPU time', { better: 'more' });
  const cpu = measure('cpu', 'CPU per record, µs', { digits: 2, better: 'less' });
  const lost = measure('lost', `lost of ${rounds} × ${times}`, { over: 'sum' });
  const contenders = [text, csv, json];
  await inTurn(title, rounds, contenders, async ({ name, command }) => {
    await using rows = openRows('file');
    await using tool = start(command(storm.subject, RING), rows.stdout);
    await attached(storm, tool, rows);
    await tool.quiet();
    tool.process.kill('SIGSTOP');
    await storm.happen(times);
    const before = tool.cpu();
    tool.process.kill('SIGCONT');
    await settled(tool, rows, storm.mark);
    const used = tool.cpu() - before;
    await tool.stop();
    add(rate, name, (times / used) * 1e6);
    add(cpu, name, used / times);
    add(lost, name, times - linesWith(storm.mark, rows.read()));
  });
  return [
    {
      part: 'reader',
      title,
      traced: `${rounds} × ${times} failing opens in the ring of opensnoop, which slept meanwhile; then read, decoded, formatted and written to a file.`,
      rows: contenders.map(({ name }) => name),
      peers: [],
      measures: [rate, cpu, lost],
      charts: ['rate'],
    },
  ];
};
export default part;
