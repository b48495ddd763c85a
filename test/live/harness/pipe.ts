import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { testFolder } from './folder.ts';
import type { Stage } from './stage.ts';
import { start, type Tool } from './tool.ts';

/** A real pipe (Node.js gives its children sockets), whose reading end the test holds. */
export interface Pipe {
  /** For the writer; to be closed here once the writer has it. */
  readonly writeEnd: number;
  /** Reads all from now on. */
  read(): Socket;
  /** The reader goes away. */
  leave(): void;
}

export function openPipe(): Pipe {
  const fifo = `${testFolder()}/pipe`;
  execFileSync('mkfifo', [fifo]);
  const readEnd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(fifo, 'w');
  let open = true;
  const leave = () => {
    if (open) closeSync(readEnd);
    open = false;
  };
  onTestFinished(leave);
  return {
    writeEnd,
    read() {
      open = false;
      return new Socket({ fd: readEnd, readable: true, writable: false });
    },
    leave,
  };
}

/** execsnoop, writing the stage's children into a pipe. */
export async function into(pipe: Pipe, stage: Stage, ...options: readonly string[]): Promise<Tool> {
  const args = ['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`, ...options];
  const tool = start(args, { stdout: pipe.writeEnd });
  closeSync(pipe.writeEnd);
  await tool.ready;
  return tool;
}
