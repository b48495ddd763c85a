import { linesOf, observe, observed, type Row } from './observe.ts';
import type { Stage } from './stage.ts';

/** What execsnoop says of the stage's children, one line each, without head. */
export async function rows(stage: Stage, args: readonly string[], cause: () => Promise<unknown>): Promise<string[]> {
  const { stdout } = await observe('execsnoop', ['-P', `${stage.pid}`, ...args], cause);
  return linesOf(stdout).slice(1);
}

/** The events of the stage's children, as --json has them. */
export function events(stage: Stage, args: readonly string[], cause: () => Promise<unknown>): Promise<Row[]> {
  return observed('execsnoop', ['-P', `${stage.pid}`, ...args], cause);
}
