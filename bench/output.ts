import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from './contenders.ts';

/** Where a tool writes its rows: a file, or a pipe that somebody else empties into one. */
export interface Rows extends AsyncDisposable {
  /** For the tool's standard output. */
  readonly stdout: number;
  /** All that has come so far. */
  read(): Buffer;
  /** Waits until all is there that a tool had written, which has ended. */
  end(): Promise<void>;
}

export function openRows(output: Output): Rows {
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-bench-'));
  try {
    return output === 'file' ? fileRows(folder) : pipeRows(folder);
  } finally {
    // what is open stays
    rmSync(folder, { recursive: true });
  }
}

function fileRows(folder: string): Rows {
  const stdout = openSync(join(folder, 'rows'), 'w');
  return {
    stdout,
    read: () => readFileSync(`/proc/self/fd/${stdout}`),
    end: async () => undefined,
    async [Symbol.asyncDispose]() {
      closeSync(stdout);
    },
  };
}

/** What Node calls a pipe is a pair of sockets. */
function pipeRows(folder: string): Rows {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const both = openSync(pipe, 'r+');
  const [from, stdout] = [openSync(pipe, 'r'), openSync(pipe, 'w')];
  closeSync(both);
  const file = fileRows(folder);
  const cat = spawn('cat', { stdio: [from, file.stdout, 'inherit'] });
  const ended = once(cat, 'exit');
  closeSync(from);
  let open = true;
  const end = async () => {
    if (open) closeSync(stdout);
    open = false;
    await ended;
  };
  return {
    stdout,
    read: file.read,
    end,
    async [Symbol.asyncDispose]() {
      await end();
      await file[Symbol.asyncDispose]();
    },
  };
}

/** How many rows have it; a row may have it more than once. */
export function linesWith(mark: string, rows: Buffer): number {
  let lines = 0;
  for (let at = rows.indexOf(mark); at >= 0; at = rows.indexOf(mark, rows.indexOf('\n', at))) lines++;
  return lines;
}
