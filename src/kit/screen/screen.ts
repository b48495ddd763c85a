import { openDevice } from '../output/sink-device.ts';
import { type Frame, openFrame, type Size } from './frame.ts';
import type { Key } from './keys.ts';
import type { Line, Look } from './line.ts';
import { openKeys } from './open-keys.ts';
import { terminalLook } from './terminal-kind.ts';
import { writeNow } from './write-now.ts';

/** A full-screen view: what it shows, and what keys do. Ctrl-L and a new size of the terminal draw it anew. */
export interface View {
  /** The lines to be seen now, at most size.rows of them. */
  lines(size: Size): readonly Line[];
  key(key: Key): void;
  /** The terminal is gone. */
  gone(): void;
}

export interface Screen extends Disposable {
  /** Something has changed: shows it, as soon as the terminal takes it. */
  draw(): void;
  /** Gives the terminal back as it was; idempotent. */
  close(): void;
}

/**
 * The alternate screen (xterm's mode 1049), erased, without a cursor (25) and without going on to the next line at the
 * end of one (7). The way back erases, too: the Linux console has no alternate screen.
 */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?2026l\x1b[0m\x1b[2J\x1b[H\x1b[?7h\x1b[?25h\x1b[?1049l';
/** CAN: ends a sequence that was cut off. */
const CANCEL = '\x18';
/** Of a terminal that does not know its size. */
const USUAL: Size = { columns: 80, rows: 24 };

/**
 * Takes the terminal over until it is closed; it is given back whatever ends or stops the process.
 * @returns undefined where there is no terminal to read keys from
 */
export function openScreen(view: View, look: Look = terminalLook()): Screen | undefined {
  let frame: Frame | undefined;
  const draw = () => frame?.draw();
  const anew = () => {
    frame?.forget();
    draw();
  };
  const claim = {
    take() {
      frame?.close();
      writeNow(1, ENTER);
      frame = openFrame({
        device: openDevice(1),
        look,
        size: terminalSize,
        lines: (size) => view.lines(size),
        onGone: () => view.gone(),
      });
      draw();
      // those in the background are not told of a new size: this makes Node.js look
      process.kill(process.pid, 'SIGWINCH');
    },
    release() {
      const cut = frame?.close();
      frame = undefined;
      writeNow(1, (cut ? CANCEL : '') + LEAVE);
    },
  };
  process.stdout.on('resize', draw);
  const onKey = (key: Key) => (key === 'ctrl-l' ? anew() : view.key(key));
  const keys = openKeys(onKey, { claim, onGone: () => view.gone() });
  const close = () => {
    process.stdout.off('resize', draw);
    keys?.close();
  };
  if (!keys) close();
  return keys && { draw, close, [Symbol.dispose]: close };
}

function terminalSize(): Size {
  const { columns, rows } = process.stdout;
  return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
}
