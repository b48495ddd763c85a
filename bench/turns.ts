import { say } from '../scripts/lib/run.mjs';

/**
 * All of them one after the other, round after round: what else the machine does meets them all. A peer that fails is
 * not asked again.
 * @returns those that failed, with the reason
 * @throws when one of ours fails
 */
export async function inTurn<C extends { readonly name: string; readonly peer: boolean }>(
  what: string,
  rounds: number,
  contenders: readonly C[],
  one: (contender: C, round: number) => Promise<void>,
): Promise<Record<string, string>> {
  const without: Record<string, string> = {};
  for (let round = 0; round < rounds; round++) {
    say(`${what}: round ${round + 1} of ${rounds}`);
    for (const contender of contenders.filter(({ name }) => !(name in without))) {
      try {
        await one(contender, round);
      } catch (error) {
        if (!contender.peer) throw error;
        without[contender.name] = error instanceof Error ? error.message : `${error}`;
        say(`without ${contender.name}: ${without[contender.name]}`);
      }
    }
  }
  return without;
}
