import { describe, expect, it } from 'vitest';
import type { KitError } from '../../../src/kit/errors.ts';
import { Sink, type SinkOptions } from '../../../src/kit/output/sink.ts';
import type { Done } from '../../../src/kit/output/sink-device.ts';

/** A sink over a device that is done when the test says so. */
function heldSink(options: SinkOptions = {}) {
  const pieces: string[] = [];
  const ends: (KitError | undefined)[] = [];
  let pending: Done | undefined;
  let closed = 0;
  const device = {
    write(bytes: Buffer, done: Done) {
      if (pending) throw new Error('two writes at a time');
      pieces.push(bytes.toString());
      pending = done;
    },
    close: () => void closed++,
  };
  const release = (code?: string, errno?: number) => {
    const done = pending;
    pending = undefined;
    done?.(code === undefined ? undefined : Object.assign(new Error(code), { code, errno }));
  };
  const sink = new Sink(device, { onEnd: (error) => ends.push(error), ...options });
  return { sink, pieces, ends, release, closed: () => closed };
}

describe('a sink', () => {
  it('writes at once, then what came meanwhile as one piece, in order', () => {
    const { sink, pieces, release } = heldSink();
    for (const text of ['a\n', 'b\n', 'c\n']) expect(sink.write(text, 1)).toBe(true);
    expect([pieces, sink.waiting, sink.unwritten]).toEqual([['a\n'], 6, 3]);
    release();
    expect([pieces, sink.waiting, sink.unwritten]).toEqual([['a\n', 'b\nc\n'], 4, 2]);
    release();
    expect([pieces.length, sink.waiting, sink.unwritten]).toEqual([2, 0, 0]);
  });

  it('hands over bounded pieces', () => {
    const { sink, pieces, release } = heldSink();
    const batch = 'x'.repeat(100 * 1024);
    for (let i = 0; i < 6; i++) sink.write(batch, 1);
    for (let i = 0; i < 6; i++) release();
    expect(pieces.map((piece) => piece.length / batch.length)).toEqual([1, 2, 2, 1]);
  });

  it('refuses whole batches beyond its bound, and takes them again when there is room', () => {
    const { sink, pieces, release } = heldSink({ limit: 10 });
    expect(['12345', '67890', 'x'].map((text) => sink.write(text, 1))).toEqual([true, true, false]);
    release();
    expect(['abcde', 'y'].map((text) => sink.write(text, 1))).toEqual([true, false]);
    release();
    release();
    expect([pieces.join(''), sink.unwritten]).toEqual(['1234567890abcde', 0]);
  });

  it('counts bytes, not characters', () => {
    const { sink } = heldSink({ limit: 6 });
    expect([sink.write('é日'), sink.waiting, sink.write('éé', 1)]).toEqual([true, 5, false]);
  });

  it('refuses neither a batch larger than its bound when nothing waits, nor one without events', () => {
    const { sink } = heldSink({ limit: 4 });
    expect([sink.write('123456', 1), sink.write('summary'), sink.write('x', 1)]).toEqual([true, true, false]);
  });

  it('flushes when all is written', async () => {
    const { sink, release } = heldSink();
    await sink.flush(60_000);
    sink.write('a', 1);
    const flushed = sink.flush(60_000);
    release();
    await flushed;
    expect(sink.waiting).toBe(0);
  });

  it('flushes no longer than its deadline', async () => {
    const { sink } = heldSink();
    sink.write('a', 3);
    await sink.flush(1);
    expect([sink.state, sink.unwritten]).toEqual(['open', 3]);
  });

  it.each(['EPIPE', 'ECONNRESET'])('closes quietly when the reader leaves (%s)', async (code) => {
    const { sink, release, ends, closed } = heldSink();
    sink.write('a', 1);
    sink.write('b', 1);
    const flushed = sink.flush(60_000);
    release(code, -32);
    await flushed;
    expect([sink.state, ends, closed(), sink.write('c', 1), sink.unwritten]).toEqual([
      'closed',
      [undefined],
      1,
      false,
      2,
    ]);
    sink.close();
    expect([closed(), ends.length]).toEqual([1, 1]);
  });

  it('fails with one error when the device does', async () => {
    const { sink, release, ends } = heldSink();
    sink.write('a', 1);
    release('ENOSPC', -28);
    await sink.flush(60_000);
    expect([sink.state, sink.write('b', 1)]).toEqual(['failed', false]);
    expect(ends).toMatchObject([
      {
        message: 'writing to standard output: no space left on device',
        exitCode: 1,
        remedy: 'make room on that disk, or send the output elsewhere',
      },
    ]);
  });

  it('gives up what is unwritten when it is closed, and says nothing', async () => {
    const { sink, release, ends, closed } = heldSink();
    sink.write('a', 2);
    const flushed = sink.flush(60_000);
    sink.close();
    await flushed;
    release();
    sink.close();
    expect([sink.state, sink.unwritten, ends, closed()]).toEqual(['closed', 2, [], 1]);
  });
});
