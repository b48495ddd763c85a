import { describe, expect, it } from 'vitest';
import { inTurn } from '../../../bench/turns.ts';

const [ours, peer] = [
  { name: 'ours', peer: false },
  { name: 'peer', peer: true },
];

/** Who is asked in each of three rounds, and what is returned, when someone fails in some of them. */
async function turns(failing: string, ...rounds: readonly number[]) {
  const asked: string[] = [];
  const without = await inTurn('a test', 3, [ours, peer], async ({ name }, round) => {
    asked.push(`${name} ${round + 1}`);
    if (name === failing && rounds.includes(round + 1)) throw new Error('broken');
  });
  return { asked, without };
}

describe('tools that take turns', () => {
  it('are asked one after the other, round after round', async () => {
    const asked = ['ours 1', 'peer 1', 'ours 2', 'peer 2', 'ours 3', 'peer 3'];
    expect(await turns('nobody')).toEqual({ asked, without: {} });
  });

  it("are left out when they are a peer's and do not work", async () => {
    const asked = ['ours 1', 'peer 1', 'ours 2', 'ours 3'];
    expect(await turns('peer', 1)).toEqual({ asked, without: { peer: 'broken' } });
  });

  it('are asked again when they worked before', async () => {
    const { asked, without } = await turns('peer', 2);
    expect(asked.slice(-2)).toEqual(['ours 3', 'peer 3']);
    expect(without).toEqual({ 'peer in round 2': 'broken' });
  });

  it('end the part when one of ours fails', async () => {
    await expect(turns('ours', 2)).rejects.toThrow('broken');
  });
});
