import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** Called once with what went wrong, if anything. */
export type Done = (error?: NodeJS.ErrnoException | null) => void;

/** Where bytes go, without ever blocking the event loop (a regular file blocks for as long as its disk does). */
export interface Device {
  /** Writes all of `bytes`, then calls `done`, perhaps before it returns: then they are the caller's again. One at a time. */
  write(bytes: Buffer, done: Done): void;
  /** Frees what was opened here; a write under way is given up. */
  close(): void;
}

/** How long a terminal that is full (stopped with ^S, or slow) is left alone, ms. */
const RETRY = 4;

/**
 * The device behind a descriptor. O_NONBLOCK belongs to the open file description, which a shell shares with every
 * other program of the pipeline or terminal: setting it would break their writes. Pipes and terminals are therefore
 * opened once more, for a description of our own. Sockets cannot be opened again, and a pipe of another user may
 * not: there O_NONBLOCK is set after all, as Node.js does for its standard output, and taken back when it exits.
 */
export function openDevice(fd: number): Device {
  const stat = fstatSync(fd);
  if (stat.isFIFO()) {
    const own = reopen(fd);
    return own === undefined ? sharedDevice(fd) : pipeDevice(own);
  }
  if (stat.isSocket()) return sharedDevice(fd);
  const own = stat.isCharacterDevice() ? reopen(fd) : undefined;
  return polledDevice(own ?? fd, own !== undefined);
}

/** A description of our own, which does not block, of the pipe or terminal behind a descriptor; undefined: not allowed. */
export function reopen(fd: number): number | undefined {
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return undefined;
  }
}

/** libuv says when there is room again. */
function streamDevice(stream: Socket): Device {
  // Every failure also reaches the callback of the write that it ends.
  stream.on('error', () => {});
  return {
    write: (bytes, done) => void stream.write(Buffer.from(bytes), done),
    close: () => void stream.destroy(),
  };
}

/** Most of what is written, the pipe takes at once: the stream is there for the rest. */
function pipeDevice(fd: number): Device {
  const stream = streamDevice(new Socket({ fd, readable: false }));
  return {
    write(bytes, done) {
      const rest = writeNow(fd, bytes, done);
      if (rest) stream.write(rest, done);
    },
    close: stream.close,
  };
}

/** Writes what is taken at once. @returns what is not; undefined: `done` was called */
function writeNow(fd: number, bytes: Buffer, done: Done): Buffer | undefined {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    if (cause.code === 'EAGAIN') return rest;
    done(cause);
    return undefined;
  }
  done();
  return undefined;
}

/** Two handles of libuv on one descriptor would disturb each other: standard output's own is used. */
function sharedDevice(fd: number): Device {
  const stream = standardStream(fd) ?? new Socket({ fd, readable: false });
  return { ...streamDevice(stream), close: () => void stream.unref() };
}

/** Each is opened when it is asked for. */
function standardStream(fd: number): Socket | undefined {
  if (fd === 1) return process.stdout as unknown as Socket;
  return fd === 2 ? (process.stderr as unknown as Socket) : undefined;
}

/** For what libuv cannot watch (files) or watches by blocking (terminals). */
function polledDevice(fd: number, owned: boolean): Device {
  let retry: NodeJS.Timeout | undefined;
  const writeAgain = (bytes: Buffer, done: Done): void => {
    const rest = writeNow(fd, bytes, done);
    if (rest) retry = setTimeout(writeAgain, RETRY, rest, done);
  };
  return {
    write(bytes, done) {
      const rest = writeNow(fd, bytes, done);
      if (rest) retry = setTimeout(writeAgain, RETRY, Buffer.from(rest), done);
    },
    close() {
      clearTimeout(retry);
      if (owned) closeSync(fd);
    },
  };
}
