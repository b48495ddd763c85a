import { describe, expect, it } from 'vitest';
import type { Device, Done } from '../../../src/kit/output/sink-device.ts';
import { openFrame } from '../../../src/kit/screen/frame.ts';
import { type Line, line } from '../../../src/kit/screen/line.ts';

/** A terminal that takes what is written only when it is told to. */
function slowDevice() {
  const written: string[] = [];
  const waiting: Done[] = [];
  const device: Device = {
    write(bytes, done) {
      written.push(bytes.toString());
      waiting.push(done);
    },
    close() {},
  };
  return { device, written, take: (error?: NodeJS.ErrnoException) => waiting.shift()?.(error) };
}

function open(first: readonly string[], columns = 20, rows = 5) {
  const terminal = slowDevice();
  let [lines, size, gone] = [first.map((text) => line(text)), { columns, rows }, 0];
  const frame = openFrame({
    device: terminal.device,
    look: { colour: true, utf8: true },
    size: () => size,
    lines: () => lines,
    onGone: () => gone++,
  });
  const draw = (...texts: readonly (string | Line)[]) => {
    lines = texts.map((text) => (typeof text === 'string' ? line(text) : text));
    frame.draw();
  };
  const resize = (next: typeof size) => {
    size = next;
    frame.draw();
  };
  return { ...terminal, frame, draw, resize, gone: () => gone };
}

const picture = (text: string) => `\x1b[?2026h${text}\x1b[?2026l`;

describe('a frame', () => {
  it('draws all at first, then the lines that differ', () => {
    const { draw, take, written } = open([]);
    draw('one', '', 'three');
    take();
    draw('one', '', 'THREE');
    take();
    draw('one', '', 'THREE');
    draw('one');
    expect(written).toEqual([
      picture('\x1b[2J\x1b[1;1Hone\x1b[K\x1b[3;1Hthree\x1b[K'),
      picture('\x1b[3;1HTHREE\x1b[K'),
      picture('\x1b[3;1H\x1b[K'),
    ]);
  });

  it('nothing is erased behind a line that fills its row: the cursor stands on its last character', () => {
    const { draw, written } = open([], 3);
    draw('abc');
    expect(written).toEqual([picture('\x1b[2J\x1b[1;1Habc')]);
  });

  it('drops pictures while the terminal takes nothing, and draws the newest one then', () => {
    const { draw, take, written } = open([]);
    for (let i = 0; i < 100; i++) draw(`${i}`);
    expect(written).toHaveLength(1);
    take();
    expect(written.slice(1)).toEqual([picture('\x1b[1;1H99\x1b[K')]);
    take();
    take();
    expect(written).toHaveLength(2);
  });

  it('draws anew what was forgotten, and all when the size changes', () => {
    const { draw, take, written, frame, resize } = open([]);
    draw('one', 'two');
    take();
    frame.forget();
    frame.draw();
    take();
    resize({ columns: 2, rows: 1 });
    expect(written.slice(1)).toEqual([
      picture('\x1b[2J\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K'),
      picture('\x1b[2J\x1b[1;1Ho…'),
    ]);
  });

  it('never writes beyond 1 × 1', () => {
    const { draw, written } = open([], 1, 1);
    draw('日本', 'two');
    expect(written).toEqual([picture('\x1b[2J\x1b[1;1H…')]);
  });

  it('says when the terminal is gone, and, closed, whether it has cut a picture off', () => {
    const { draw, take, gone, frame } = open([]);
    draw('one');
    expect(gone()).toBe(0);
    take(Object.assign(new Error('gone'), { code: 'EIO' }));
    expect(gone()).toBe(1);
    expect(frame.close()).toBe(false);
    const other = open([]);
    other.draw('one');
    expect(other.frame.close()).toBe(true);
    other.draw('two');
    other.take();
    expect(other.written).toHaveLength(1);
  });
});
