// What nobody asked for: calls that open nothing, and opens of processes that are not watched.
import { openSync } from 'node:fs';
import { libbpf, present, text, tools } from '../contenders.ts';
import type { Part } from '../part.ts';
import { compareStorm, type Storm } from '../storm.ts';
import { opens } from '../storms.ts';

const part: Part = async ({ stage, rounds, quick }) => {
  const calls = quick ? 50_000 : 3_000_000;
  const getppid: Storm = {
    ...opens(stage, calls),
    what: 'calls',
    rows: 0,
    happen: (times) => stage.run({ how: 'getppid', file: '', args: [], times }),
  };
  const foreign = opens(stage, quick ? 10_000 : 500_000);
  const others: Storm = { ...foreign, rows: 0, args: ['-p', `${process.pid}`], warm: openHere(foreign.warmMark) };
  const plain = present(tools, 'opensnoop').filter(({ name }) => name !== 'ebpf-kit --json');
  const withPid = present([text, libbpf], 'opensnoop');
  return [
    await compareStorm('other', getppid, plain, rounds, 'A storm of getppid() under opensnoop'),
    await compareStorm('other', others, withPid, rounds, 'A storm of open() under opensnoop -p of another process'),
  ];
};
export default part;

/** By the one process that is asked for. */
const openHere = (mark: string) => async (times: number) => {
  for (let i = 0; i < times; i++) {
    try {
      openSync(`/nonexistent/${mark}`, 'r');
    } catch {
      // as it should
    }
  }
};
