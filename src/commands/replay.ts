import type { Command } from 'commander';
import { addOptionGroups } from '../kit/commander-options.ts';
import { KitError, UsageError } from '../kit/errors.ts';
import { openDestination } from '../kit/output/destination.ts';
import type { Recorded } from '../kit/record/recorded-columns.ts';
import { openRecording } from '../kit/record/recording.ts';
import { replayRecording } from '../kit/record/replay.ts';
import { say } from '../kit/say.ts';
import { progressPart } from '../kit/stream/progress-part.ts';
import { Running } from '../kit/stream/running.ts';
import { type EventOptions, streamParts } from '../kit/stream/stream-parts.ts';
import type { AnyTool } from '../kit/tool/any.ts';
import { withDefaults } from '../kit/tool/options.ts';
import { checkStreamOptions, replayOptionGroups, replayOptions } from '../kit/tool/stream-options.ts';
import { loadTool } from '../registry.ts';

const tell = (message: string) => say('replay', message);

/** `ebpf-kit replay FILE`: without root, without eBPF, on any system: nothing of src/bpf is loaded for it. */
export function addReplay(command: Command): void {
  command.argument('<file>', 'what --record has written; zcat shows its raw lines');
  addOptionGroups(command, replayOptionGroups);
  command.addHelpText('after', EXAMPLES);
  command.action(async (file: string, parsed: Record<string, unknown>) => {
    try {
      const options = withDefaults(replayOptions, parsed) as EventOptions & { columns?: string; filter?: string };
      checkStreamOptions(options);
      process.exitCode = await replay(file, options);
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      for (const line of [error.message, ...(error.remedy?.split('\n') ?? [])]) tell(line);
      process.exitCode = error.exitCode;
    }
  });
}

const EXAMPLES = `
Columns, and what expressions can name: those of the tool, see its help.

Examples:
  # what was recorded, as the tool has shown it
  ebpf-kit replay run.ekr
  # other columns, other events
  ebpf-kit replay run.ekr --columns +user,+cwd --filter 'ret < 0'
  # an assertion that nobody had thought of then
  ebpf-kit replay run.ekr --fail-if 'comm == "curl"' --require-complete`;

async function replay(file: string, options: EventOptions & { columns?: string; filter?: string }): Promise<number> {
  await using recording = await openRecording(file);
  using to = openDestination(options.output, false);
  const running = new Running<Recorded>(tell);
  try {
    const choice = { ...options, usual: !options.json && !options.csv };
    const tool = await knownTool(recording.header.tool);
    const progress = progressPart<Recorded>(() => `${Math.round(recording.progress * 100)} % of ${file}`, to.fd);
    return await replayRecording(recording, tool, choice, streamParts(options, to, [progress]), running);
  } finally {
    running.close();
  }
}

/** A recording may be of a tool that has gone since, or is not known yet. */
async function knownTool(name: string): Promise<AnyTool | undefined> {
  try {
    return await loadTool(name);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
