import { type Child, type CommandEnd, hold } from './hold.ts';

/** What is to be closed when the command cannot be started after all. */
interface Started {
  readonly session: { close(): void };
}

/**
 * Starts something that traces a command, and as soon as that is ready, the command.
 * @param words the command; left out: there is none
 * @param start of what traces it, by its process id
 * @returns what has been started, and how the command ends; both are rejected when one of them cannot be started
 */
export function startWith<S extends Started>(
  words: readonly string[] | undefined,
  start: (root?: number) => Promise<S>,
): { readonly starting: Promise<S>; readonly command?: Promise<CommandEnd> } {
  if (!words) return { starting: start() };
  const begun = begin(words, start);
  const command = begun.then(({ child }) => child.ended);
  command.catch(() => undefined);
  return { starting: begun.then(({ stream }) => stream), command };
}

async function begin<S extends Started>(
  words: readonly string[],
  start: (root: number) => Promise<S>,
): Promise<{ readonly stream: S; readonly child: Child }> {
  using child = hold(words);
  const stream = await start(child.pid);
  try {
    await child.release();
  } catch (error) {
    stream.session.close();
    throw error;
  }
  return { stream, child };
}
