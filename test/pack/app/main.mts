// What a user of the library writes: compiled against the package's types, and run with the package.
import { trace } from 'ebpf-kit';

const tracer = trace('execsnoop', { line: new RegExp(process.argv[2]), columns: ['pid', 'args'], maxEvents: 1 });
await tracer.ready;
console.log('ready');
for await (const event of tracer) {
  const pid: number = event.pid;
  // @ts-expect-error: a column that was not asked for
  const other = event.ppid;
  console.log(JSON.stringify({ pid, args: event.args, other }));
}
// @ts-expect-error: no such tool
export type None = typeof trace<'no-such-tool'>;
