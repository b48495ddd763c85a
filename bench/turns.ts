import { say } from '../scripts/lib/run.mjs';

/**
 * All of them one after the other, round after round: what else the machine does meets them all. A peer that has failed
 * before it ever worked is not asked again.
 * @returns those that failed, or when they did, with the reason
 * @throws when one of ours fails
 */
export async function inTurn<C extends { readonly name: string; readonly peer: boolean }>(
  what: string,
  rounds: number,
  contenders: readonly C[],
  one: (contender: C, round: number) => Promise<void>,
): Promise<Record<string, string>> {
  const without: Record<string, string> = {};
  const worked = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    say(`${what}: round ${round + 1} of ${rounds}`);
    for (const contender of contenders.filter(({ name }) => !(name in without))) {
      try {
        await one(contender, round);
        worked.add(contender.name);
      } catch (error) {
        if (!contender.peer) throw error;
        const who = worked.has(contender.name) ? `${contender.name} in round ${round + 1}` : contender.name;
        without[who] = error instanceof Error ? error.message : `${error}`;
        say(`without ${who}: ${without[who]}`);
      }
    }
  }
  return without;
}
