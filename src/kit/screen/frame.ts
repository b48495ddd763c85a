import type { Device } from '../output/sink-device.ts';
import { type Line, type Look, paintLine } from './line.ts';

export interface Size {
  /** 1 or more. */
  readonly columns: number;
  readonly rows: number;
}

export interface FrameOptions {
  readonly device: Device;
  readonly look: Look;
  readonly size: () => Size;
  /** The lines of now, from the top; those beyond the last row are not shown. */
  readonly lines: (size: Size) => readonly Line[];
  /** The terminal takes nothing any more. */
  readonly onGone: () => void;
}

/** The picture on a terminal's screen. */
export interface Frame {
  /**
   * Shows what is to be seen now: writes the lines that differ. While the terminal has not taken the picture before,
   * nothing is written and nothing waits; then the newest one follows.
   */
  draw(): void;
  /** What the screen shows is not known: the next picture is drawn as a whole. */
  forget(): void;
  /** Ends it, at once. @returns whether a picture was cut off, perhaps within a sequence */
  close(): boolean;
}

/**
 * Synchronized output (DEC private mode 2026): a terminal that knows it shows the picture as a whole, others ignore it.
 */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const ERASE_SCREEN = '\x1b[2J';
const ERASE_REST = '\x1b[K';
const goTo = (row: number) => `\x1b[${row + 1};1H`;

export function openFrame({ device, look, size, lines, onGone }: FrameOptions): Frame {
  /** What the terminal shows or is about to, line by line; undefined: not known. */
  let shown: string[] | undefined;
  let shownSize = '';
  let busy = false;
  let again = false;
  let closed = false;

  const changes = (): string => {
    const { columns, rows } = size();
    // a terminal moves its lines about as it likes when its size changes
    if (shownSize !== `${columns}×${rows}`) shown = undefined;
    shownSize = `${columns}×${rows}`;
    let text = shown ? '' : ERASE_SCREEN;
    const before = shown ?? [];
    const now = lines({ columns, rows })
      .slice(0, rows)
      .map((line) => paintLine(line, columns, look));
    for (let row = 0; row < Math.max(now.length, before.length); row++) {
      const { text: after, cells } = now[row] ?? { text: '', cells: 0 };
      if (after === (before[row] ?? '')) continue;
      text += goTo(row) + after + (cells < columns ? ERASE_REST : '');
    }
    shown = now.map((line) => line.text);
    return text;
  };

  const draw = () => {
    if (closed) return;
    again = busy;
    if (busy) return;
    const text = changes();
    if (text === '') return;
    busy = true;
    device.write(Buffer.from(BEGIN + text + END), (error) => {
      if (closed) return;
      busy = false;
      if (error) onGone();
      else if (again) draw();
    });
  };
  return {
    draw,
    forget() {
      shown = undefined;
    },
    close() {
      closed = true;
      device.close();
      return busy;
    },
  };
}
