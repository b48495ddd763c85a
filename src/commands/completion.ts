import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** `ebpf-kit completion SHELL` prints a script; at each TAB that calls `ebpf-kit complete`. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: 'completion' });
}
