import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../contenders.ts';
import type { Inside } from './droppers.ts';
import { blockList } from './lists.ts';

/** How long it takes until a list is in force, s: by the clock, and of processors; the least of some rounds. */
export interface Loading {
  readonly name: string;
  readonly count: number;
  readonly wall: number;
  readonly cpu: number;
}

/** @param folder for files with lists @param dev the interface @param count of networks */
export function loadingOf(
  inside: Inside,
  folder: string,
  dev: string,
  rounds: number,
  count: number,
): readonly Loading[] {
  const list = blockList(count);
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const lines = file('lines', list.join('\n'));
  const others = file(
    'others',
    blockList(count + 1)
      .slice(1)
      .join('\n'),
  );
  const nft = file('nft', `table inet t { set s { type ipv4_addr; flags interval; elements = { ${list.join()} }; }; }`);
  const ipset = file('ipset', [`create s hash:net maxelem ${count}`, ...list.map((net) => `add s ${net}`)].join('\n'));
  const tool = [...command, 'xdp-drop'];
  const ways = [
    { name: 'xdp-drop --rules FILE', words: [...tool, '--rules', lines, '--pin', '--background', dev] },
    { name: 'xdp-drop set --rules FILE', words: [...tool, 'set', dev, '--rules', others] },
    { name: 'xdp-drop stop', words: [...tool, 'stop', dev] },
    { name: 'nft -f FILE', words: ['nft', '-f', nft] },
    { name: 'nft delete', words: ['nft', 'delete', 'table', 'inet', 't'] },
    { name: 'ipset restore -file FILE', words: ['ipset', 'restore', '-file', ipset] },
    { name: 'ipset destroy', words: ['ipset', 'destroy', 's'] },
  ];
  const times = ways.map(() => [] as Time[]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { words }] of ways.entries()) times[i].push(timed(inside, words));
  }
  return ways.flatMap(({ name }, i) => (/FILE$/.test(name) ? [{ name, count, ...least(times[i]) }] : []));
}

interface Time {
  readonly wall: number;
  readonly cpu: number;
}

/** By the shell: Node does not tell what its children have used. */
function timed(inside: Inside, words: readonly string[]): Time {
  const said = inside([
    'bash',
    '-c',
    'TIMEFORMAT="%3R %3U %3S"; { time "$@" >&3 2>&3; } 2>&1 3>/dev/null',
    'bash',
    ...words,
  ]);
  const [wall, user, system] = said.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

const least = (times: readonly Time[]): Time => ({
  wall: Math.min(...times.map(({ wall }) => wall)),
  cpu: Math.min(...times.map(({ cpu }) => cpu)),
});
