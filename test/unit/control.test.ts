import { describe, expect, it } from 'vitest';
import type { Maps } from '../../src/kit/control/define.ts';
import { framesFor } from '../../src/kit/control/frames.ts';
import { notesFor, readNotes, writeNotes } from '../../src/kit/control/notes.ts';
import { type PingSetting, passing } from '../../src/kit/ping/model.ts';
import { changePings, describePings } from '../../src/kit/ping/setting.ts';
import { readPings, writePings } from '../../src/kit/ping/slot.ts';

/** Maps that live here, and remember every write. */
function fakeMaps() {
  const values = new Map<string, unknown>();
  const writes: string[] = [];
  const maps = {
    lookup: (name: string, key: unknown) => values.get(`${name} ${key}`),
    readMap: (name: string) =>
      [...values].flatMap(([at, value]) => (at.startsWith(`${name} `) ? [[Number(at.split(' ')[1]), value]] : [])),
    update(name: string, key: unknown, value: unknown) {
      values.set(`${name} ${key}`, value);
      writes.push(name);
      return true;
    },
  };
  return { maps: maps as unknown as Maps, writes };
}

const none = { mode: undefined, every: undefined, from: undefined, for: undefined };
const from = [{ addr: '10.0.0.0', bits: 104 }];

describe('what is done with pings', () => {
  it.each([
    ['--every alone drops', passing, { every: 3 }, { mode: 'drop', every: 3 }],
    ['--from alone drops', passing, { from }, { mode: 'drop', from }],
    ['--for alone drops', passing, { for: 500 }, { mode: 'drop', lasts: 500 }],
    ['trace stays trace', { ...passing, mode: 'trace' }, { every: 2 }, { mode: 'trace', every: 2 }],
    [
      'what is not said stays',
      { mode: 'drop', every: 4, from, until: 0 },
      { mode: 'trace' },
      { mode: 'trace', every: 4, from },
    ],
    [
      'a new mode has no end',
      { ...passing, mode: 'drop', until: 2 ** 50 },
      { mode: 'drop' },
      { mode: 'drop', until: 0 },
    ],
    [
      'an end stays',
      { ...passing, mode: 'drop', until: 2 ** 50 },
      { every: 2 },
      { mode: 'drop', every: 2, until: 2 ** 50 },
    ],
    [
      'what has ended is pass',
      { ...passing, mode: 'drop', until: 1 },
      { every: 2 },
      { mode: 'drop', every: 2, until: 0 },
    ],
  ] as const)('%s', (_, before, options, after) => {
    expect(changePings(before as PingSetting, { ...none, ...options })).toMatchObject(after);
  });

  it('cannot be to pass and to drop', () => {
    expect(() => changePings(passing, { ...none, mode: 'pass', every: 2 })).toThrow('--mode pass drops nothing');
  });

  it.each([
    [passing, 'pass'],
    [{ mode: 'drop', every: 1, from: [], until: 0 }, 'drop'],
    [{ mode: 'drop', every: 3, from, until: 0, lasts: 1500 }, 'drop, one in 3, from 10.0.0.0/8, for 1.5 s'],
    [
      {
        mode: 'trace',
        every: 1,
        from: [
          { addr: 'fd00::1', bits: 128 },
          { addr: '::', bits: 0 },
        ],
        until: 0,
      },
      'trace, from fd00::1,::/0',
    ],
  ] as const)('is told in words: %j', (setting, text) => expect(describePings(setting as PingSetting)).toBe(text));

  it.each([
    [passing],
    [
      {
        mode: 'drop',
        every: 7,
        from: [
          { addr: '192.0.2.1', bits: 128 },
          { addr: '2001:db8::', bits: 33 },
        ],
        until: 5e9,
      },
    ],
    [{ mode: 'trace', every: 1, from: [{ addr: '0.0.0.0', bits: 96 }], until: 0 }],
  ] as const)('is found again in the maps, and comes into force by the last write: %j', (setting) => {
    const { maps, writes } = fakeMaps();
    writePings(maps, setting as PingSetting);
    expect(readPings(maps)).toEqual(setting);
    writePings(maps, passing);
    expect(readPings(maps)).toEqual(passing);
    expect(writes.filter((name) => name === 'current')).toHaveLength(2);
    expect(writes.at(-1)).toBe('current');
  });
});

describe('notes', () => {
  it.each([[''], ['a'], ['x'.repeat(4095)], ['x'.repeat(4096)], [`${'x'.repeat(4094)}é`], ['日本語'.repeat(5000)]])(
    'are found again, whatever their length',
    (text) => {
      const { maps } = fakeMaps();
      writeNotes(maps, text);
      expect(readNotes(maps)).toBe(text);
      expect(maps.readMap('notes' as never)).toHaveLength(notesFor(text));
      for (const [, note] of maps.readMap('notes' as never) as unknown as [number, { text: string }][]) {
        expect(Buffer.byteLength(note.text)).toBeLessThan(4096);
      }
    },
  );
});

describe('frames for judging', () => {
  const frames = framesFor('nothing', '02:00:00:00:00:09');

  it('are TCP packets of a session', () => {
    const frame = frames.session({ raddr: '10.0.0.1', rport: 50022, laddr: '10.0.0.2', lport: 22 });
    expect(frame.toString('hex', 6, 14)).toBe('0200000000090800');
    expect([frame[23], frame.readUInt16BE(34), frame.readUInt16BE(36)]).toEqual([6, 50022, 22]);
    expect([...frame.subarray(26, 34)]).toEqual([10, 0, 0, 1, 10, 0, 0, 2]);
    expect(frame.readUInt16BE(16)).toBe(frame.length - 14);
  });

  it('of IPv6, too', () => {
    const frame = frames.session({ raddr: 'fd00::1', rport: 50022, laddr: 'fd00::2', lport: 22 });
    expect([frame.readUInt16BE(12), frame[20], frame.readUInt16BE(54), frame.readUInt16BE(56)]).toEqual([
      0x86dd, 6, 50022, 22,
    ]);
    expect(frame.readUInt16BE(18)).toBe(frame.length - 54);
  });

  it("and what resolves a gateway's address", () => {
    const arp = frames.resolution({ address: '10.0.0.1', interface: 'nothing', mac: '02:00:00:00:00:08' });
    expect(arp.toString('hex', 12, 32)).toBe('080600010800060400020200000000080a000001');
    const advertisement = frames.resolution({ address: 'fe80::1', interface: 'nothing' });
    expect([advertisement.readUInt16BE(12), advertisement[20], advertisement[54]]).toEqual([0x86dd, 58, 136]);
  });
});
