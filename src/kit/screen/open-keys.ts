import { constants, openSync } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { inForeground } from './foreground.ts';
import { type Claim, holdTerminal } from './hold.ts';
import { type Key, keyDecoder } from './keys.ts';

export interface KeysOptions {
  /** Taken after the keys and released before them, whenever the terminal is. */
  readonly claim?: Claim;
  /** The terminal is gone: no key will come any more. */
  readonly onGone?: () => void;
}

/** How long the rest of a sequence may be on its way, ms: an escape alone is a key. */
const REST = 60;

const SIGNALS = { 'ctrl-c': 'SIGINT', 'ctrl-z': 'SIGTSTP', 'ctrl-\\': 'SIGQUIT' } as const;

/**
 * Reads keys from the terminal, one by one and without echo, until it is closed; rows may go on scrolling meanwhile.
 * Ctrl-C, Ctrl-Z and Ctrl-\ do what they always do. While the process is in the background, nothing is read.
 * @returns undefined where there is nobody to press a key: standard output is no terminal, or there is none to read
 */
export function openKeys(onKey: (key: Key) => void, { claim, onGone = () => {} }: KeysOptions = {}) {
  const input = isatty(1) ? openInput(onBytes) : undefined;
  if (!input) return undefined;
  const decoder = keyDecoder();
  let timer: NodeJS.Timeout | undefined;

  function onBytes(bytes: Uint8Array): void {
    clearTimeout(timer);
    press(decoder.push(bytes));
    if (decoder.waiting) timer = setTimeout(() => press(decoder.flush()), REST);
  }
  const press = (keys: readonly Key[]) => {
    for (const key of keys) {
      if (key in SIGNALS) hold.signal(SIGNALS[key as keyof typeof SIGNALS]);
      else onKey(key);
    }
  };
  const onEnd = () => {
    close();
    onGone();
  };
  input.on('error', onEnd).on('end', onEnd);

  const hold = holdTerminal({
    take() {
      // whoever had the terminal since has changed its settings, which the stream cannot know
      setRaw(input, false);
      setRaw(input, true);
      input.resume();
      claim?.take();
    },
    release() {
      claim?.release();
      input.pause();
      // who stops or ends in the background has lost it already, and would be stopped for setting it
      if (inForeground()) setRaw(input, false);
    },
  });
  const close = () => {
    clearTimeout(timer);
    input
      .off('error', onEnd)
      .off('end', onEnd)
      .on('error', () => {});
    hold[Symbol.dispose]();
    input.destroy();
  };
  return { close, [Symbol.dispose]: close };
}

/** A terminal that is gone refuses: that is seen by the stream's end. */
function setRaw(input: ReadStream, raw: boolean): void {
  try {
    input.setRawMode(raw);
  } catch {}
}

/** Through a description of our own: standard input's belongs to others, too. */
function openInput(onBytes: (bytes: Uint8Array) => void): ReadStream | undefined {
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;
  const buffer = Buffer.alloc(1024);
  // `onread` makes pause() stop at once; the types know it only for connections
  const onread = {
    buffer,
    callback(length: number) {
      onBytes(buffer.subarray(0, length));
      return true;
    },
  };
  try {
    const fd = openSync(isatty(0) ? '/proc/self/fd/0' : '/dev/tty', O_RDONLY | O_NONBLOCK | O_NOCTTY);
    return new ReadStream(fd, { onread } as ConstructorParameters<typeof ReadStream>[1]);
  } catch {
    return undefined;
  }
}
