import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BpfObject } from '../../src/bpf/object.ts';
import { openRing, type RingReader } from '../../src/bpf/ring.ts';
import { cpus } from '../../src/host/cpus.ts';
import { rings } from '../gen/rings.ts';
import { openFixture } from './loader/fixtures.ts';
import { ask, restoreUmask } from './loader/umask.ts';

const TEXT = Array.from({ length: 16384 }, (_, i) => i % 251);
const DRAIN = 2 ** 17;
let object: BpfObject<typeof rings>;
let reader: RingReader;

/** Everything that was read: numbers of notes, numbers and texts of pages. */
interface Read {
  readonly notes: number[];
  readonly pages: { number: number; text: Buffer }[];
}

function start(sizes: { note_events?: number; page_events?: number } = {}): void {
  object = openFixture(rings);
  object.setConstants({ target: process.pid });
  for (const [map, size] of Object.entries(sizes)) object.setMaxEntries(map as keyof typeof sizes, size);
  object.load();
  object.attach('on_umask');
  const sheet = { head: { number: 0, cpu: 0 }, text: TEXT };
  object.update(
    'sheets',
    0,
    cpus('possible').map(() => sheet),
  );
  reader = openRing(object, () => {});
}

function drainInto({ notes, pages }: Read) {
  return reader.drain((view, offset, length, ring) => {
    if (reader.maps[ring] === 'note_events') {
      expect(length).toBe(8);
      notes.push(rings.events.note.decode(view, offset, length).number);
    } else {
      const { number } = rings.events.page.decode(view, offset, length);
      pages.push({ number, text: Buffer.from(view.buf.subarray(offset + 8, offset + length)) });
    }
  });
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

afterEach(() => {
  reader.close();
  object.close();
});
afterAll(restoreUmask);

describe('draining', () => {
  beforeEach(() => start());

  it('brings records of every length, byte for byte and in order, also where the ring begins anew', () => {
    const lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 255, 1000, 4095, 4096, 16383];
    for (let round = 0; round < 50; round++) {
      const read: Read = { notes: [], pages: [] };
      for (const [number, length] of lengths.entries()) ask('page', number, length);
      expect(drainInto(read)).toEqual({ records: lengths.length, more: false, lost: 0 });
      expect(read.pages.map(({ number }) => number)).toEqual(upTo(lengths.length));
      for (const [i, length] of lengths.entries()) {
        expect(read.pages[i].text.equals(Buffer.from(TEXT.slice(0, length)))).toBe(true);
      }
    }
  });

  it('passes over discarded records, and frees their place', () => {
    const read: Read = { notes: [], pages: [] };
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 1000; i++) ask('discarded', i);
      ask('note', round);
      expect(drainInto(read)).toEqual({ records: 1, more: false, lost: 0 });
    }
    expect(read.notes).toEqual(upTo(10));
  });

  it('keeps the rings apart', () => {
    const read: Read = { notes: [], pages: [] };
    for (let i = 0; i < 100; i++) ask(i % 2 ? 'page' : 'note', i, 3);
    expect(drainInto(read).records).toBe(100);
    expect(read.notes).toEqual(upTo(50).map((i) => 2 * i));
    expect(read.pages.map(({ number }) => number)).toEqual(upTo(50).map((i) => 2 * i + 1));
  });

  it('counts every event that found its ring full, and only those', () => {
    const read: Read = { notes: [], pages: [] };
    for (let i = 0; i < 6000; i++) ask('note', i);
    const { records, lost } = drainInto(read);
    expect(records).toBeGreaterThan(4000);
    expect(records + lost).toBe(6000);
    expect(read.notes).toEqual(upTo(records));
    ask('note', 7);
    expect(drainInto(read)).toEqual({ records: 1, more: false, lost });
  });

  it('goes on behind a record whose visit failed', () => {
    const read: Read = { notes: [], pages: [] };
    ask('note', 1);
    expect(() =>
      reader.drain(() => {
        throw new Error('visit failed');
      }),
    ).toThrow('visit failed');
    ask('note', 2);
    drainInto(read);
    expect(read.notes).toEqual([2]);
  });

  it('refuses to overwrite the records that are being visited', () => {
    ask('note', 1);
    expect(() => reader.drain(() => reader.drain(() => {}))).toThrow('drain is called while another');
    expect(reader.drain(() => {}).records).toBe(0);
  });

  it('leaves the maps to the visitor', () => {
    let seen: readonly number[] | undefined;
    ask('page', 3, 100);
    ask('page', 4, 100);
    const numbers: number[] = [];
    reader.drain((view, offset, length) => {
      seen = object.lookup('sheets', 0)?.[0].text;
      numbers.push(rings.events.page.decode(view, offset, length).number);
    });
    expect(seen).toEqual(TEXT);
    expect(numbers).toEqual([3, 4]);
  });
});

describe('more than one drain can hold', () => {
  it('is announced, and brought by the next ones', () => {
    start({ note_events: 8 * DRAIN });
    const read: Read = { notes: [], pages: [] };
    for (let i = 0; i < 40_000; i++) ask('note', i & 0xffff);
    const drained = Array.from({ length: 5 }, () => drainInto(read));
    expect(drained.map(({ more }) => more)).toEqual([true, true, true, true, false]);
    expect(drained[0].records).toBe(DRAIN / 16);
    expect(read.notes).toEqual(upTo(40_000).map((i) => i & 0xffff));
  });

  it('does not keep the other ring waiting', () => {
    start({ page_events: 64 * DRAIN });
    for (let i = 0; i < 400; i++) ask('page', i, 16383);
    for (let i = 0; i < 10; i++) ask('note', i);
    const read: Read = { notes: [], pages: [] };
    expect(drainInto(read).more).toBe(true);
    expect(drainInto(read).more).toBe(true);
    expect(read.notes).toEqual(upTo(10));
    while (drainInto(read).more);
    expect(read.pages.map(({ number }) => number)).toEqual(upTo(400));
  });
});
