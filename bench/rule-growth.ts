// What the length of a list of networks costs xdp-drop: per packet, and until it is loaded. All in this process;
// nothing is attached. Its one argument is what run.mjs has made of the command line.
import { runProgram } from '../src/bpf/run.ts';
import { compileRules } from '../src/rules/compile.ts';
import { parseRuleFile } from '../src/rules/file.ts';
import { parsePacket } from '../src/xdp/packet-text.ts';
import { loadRules } from '../src/xdp/rules.ts';
import { blockList } from './flood/lists.ts';

const { rounds, quick }: { readonly rounds: number; readonly quick?: boolean } = JSON.parse(process.argv[2]);
const COUNTS = quick ? [1, 10] : [1, 10, 100, 1_000, 10_000, 100_000];
/** Test runs in a row. */
const RUNS = 100_000;

/** Of each number of networks the least of all rounds: what else the machine does can only add to it. */
const rows = COUNTS.map((networks) => ({ networks, load: Infinity, dropped: Infinity, passed: Infinity }));
const stranger = packetFrom('10.0.0.1');

for (let round = 0; round < rounds; round++) {
  for (const row of rows) {
    const list = blockList(row.networks);
    const text = list.join('\n');
    const begun = performance.now();
    using object = loadRules(compileRules(await parseRuleFile(text, 'a list')));
    row.load = Math.min(row.load, performance.now() - begun);
    const program = object.programFd('xdp_drop');
    const listed = packetFrom(list[list.length >> 1].split('/')[0]);
    row.dropped = Math.min(row.dropped, runProgram(program, listed, RUNS).duration);
    row.passed = Math.min(row.passed, runProgram(program, stranger, RUNS).duration);
  }
}
console.log(JSON.stringify(rows));

function packetFrom(address: string): Buffer {
  return parsePacket(`udp ${address}:4000 > 10.9.9.9:5353`);
}
