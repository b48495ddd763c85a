import { describe, expect, it } from 'vitest';
import { type Codec, recordView } from '../../src/btf/layout.ts';
import { type Counts, type Flow, sample } from './btf/sample.ts';

const { flows, histograms } = sample.maps;
const flow: Flow = {
  from: { addr: '10.0.0.1', port: 40000 },
  to: { addr: '2001:db8::1', port: 443 },
  cookie: '18446744073709551615',
  proto: 6,
};
const counts: Counts = {
  packets: Number.MAX_SAFE_INTEGER,
  balance: Number.MIN_SAFE_INTEGER,
  moves: [-32768, 32767],
  blocked: true,
  comm: 'Größe',
  stack: ['0xffffffff81000000', '0x0'],
};

/** Encodes into bytes that were something else, at an offset, and decodes them again. */
function roundTrip<T>(codec: Codec<T>, value: T): T {
  const view = recordView(new ArrayBuffer(128));
  view.u8.fill(0xee);
  codec.encode(view, 8, value);
  expect([...view.u8.subarray(0, 8), ...view.u8.subarray(8 + codec.size)].every((byte) => byte === 0xee)).toBe(true);
  return codec.decode(view, 8);
}

describe('a codec', () => {
  it('gives back what it was given', () => {
    expect(roundTrip(flows.key, flow)).toEqual(flow);
    expect(roundTrip(flows.value, counts)).toEqual(counts);
    expect(roundTrip(histograms.key, '0xffff888000000000')).toBe('0xffff888000000000');
    expect(roundTrip(histograms.value, [0, 1, 2 ** 32, 2 ** 53 - 1])).toEqual([0, 1, 2 ** 32, 2 ** 53 - 1]);
  });

  it('writes keys whose reserved bytes are zeros, because the kernel compares all bytes', () => {
    const view = recordView(new ArrayBuffer(56));
    view.u8.fill(0xee);
    flows.key.encode(view, 0, flow);
    expect(view.buf.toString('hex', 0, flows.key.size)).toBe(
      [
        '00000000000000000000ffff0a000001',
        '409c',
        '0000',
        '20010db8000000000000000000000001',
        'bb01',
        '0000',
        'ffffffffffffffff',
        '06',
        '000000',
      ].join(''),
    );
  });

  it('takes decimal and hexadecimal identifiers', () => {
    expect(roundTrip(flows.key, { ...flow, cookie: '0x10' }).cookie).toBe('16');
    expect(roundTrip(histograms.key, '4294967296')).toBe('0x100000000');
  });

  it.each<[what: string, change: Partial<Counts>, message: string]>([
    ['a number that is too large', { packets: 2 ** 53 }, '9007199254740992 does not fit u64'],
    ['a negative one', { packets: -1 }, '-1 does not fit u64: whole numbers from 0 to 9007199254740991'],
    ['a fraction', { balance: 0.5 }, '0.5 does not fit s64'],
    ['no number', { balance: Number.NaN }, 'NaN does not fit s64'],
    ['an element that is too large', { moves: [0, 32768] }, '32768 does not fit s16'],
    ['an array that is too long', { moves: [1, 2, 3] }, '3 elements do not fit an array of 2'],
    ['a string whose bytes are too many', { comm: 'ÄÄÄÄÄÄÄÄÄ' }, "'ÄÄÄÄÄÄÄÄÄ' does not fit char[16]"],
    [
      'an address of more than 64 bits',
      { stack: ['0x10000000000000000', '0x0'] },
      "'0x10000000000000000' does not fit u64",
    ],
    ['no address', { stack: ['main', '0x0'] }, "'main' does not fit u64"],
  ])('refuses %s', (_what, change, message) => {
    expect(() => roundTrip(flows.value, { ...counts, ...change })).toThrow(message);
  });

  it('refuses ports and addresses that are none', () => {
    expect(() => roundTrip(flows.key, { ...flow, proto: 256 })).toThrow('256 does not fit u8');
    expect(() => roundTrip(flows.key, { ...flow, to: { addr: '10.0.0.1', port: 65536 } })).toThrow(
      '65536 does not fit u16',
    );
    expect(() => roundTrip(flows.key, { ...flow, to: { addr: 'here', port: 1 } })).toThrow(
      "'here' is not an IP address",
    );
  });
});
