import { describe, expect, it } from 'vitest';
import { AT, emptyRecord, writeWords } from './btf/records.ts';
import { sample } from './btf/sample.ts';

const { visit, goodbye } = sample.events;
describe('a decoder', () => {
  it('reads zeros', () => {
    expect(visit.decode(emptyRecord(visit.size), AT, visit.size)).toEqual({
      time: 0,
      pid: 0,
      uid: 0,
      ret: 0,
      failed: false,
      tiny: 0,
      half: 0,
      comm: '',
      signs: [0, 0, 0, 0],
      name: '',
      cookie: '0',
      caller: '0x0',
      peer: { addr: '::', port: 0 },
      state: 0,
      balance: 0,
      delta: 0,
      total: 0,
      slots: [0, 0, 0, 0],
      big: [0, 0],
      deltas: [0, 0],
      stack: ['0x0', '0x0'],
      known: false,
      two: '',
      odd_comm: '',
      exe: '',
      args: [],
      note: '',
    });
  });

  it('reads every kind of field at its place', () => {
    const view = emptyRecord(visit.size);
    const { buf } = view;
    buf.writeBigUInt64LE(86_400_000_000_123n, AT);
    buf.writeInt32LE(-7, AT + 8);
    buf.writeUInt32LE(4294967295, AT + 12);
    buf.writeInt32LE(-2, AT + 16);
    buf[AT + 20] = 1;
    buf[AT + 21] = 255;
    buf.writeInt16LE(-32768, AT + 22);
    buf.write('kworker/0:1', AT + 24);
    buf.set([1, 0xff, 0x80, 0x7f], AT + 40);
    buf.write('twelve bytes', AT + 44);
    buf.writeBigUInt64LE(2n ** 64n - 1n, AT + 56);
    buf.writeBigUInt64LE(0xffffffff81000001n, AT + 64);
    buf.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1], AT + 72);
    buf.writeUInt16LE(65535, AT + 88);
    buf.writeUInt32LE(7, AT + 92);
    buf.writeInt32LE(-1, AT + 96);
    buf.writeBigInt64LE(-9_007_199_254_740_991n, AT + 104);
    buf.writeBigUInt64LE(9_007_199_254_740_991n, AT + 112);
    writeWords(view, AT + 120, [1, 2, 3, 4294967295]);
    buf.writeBigUInt64LE(5_000_000_000n, AT + 136);
    buf.writeBigUInt64LE(6n, AT + 144);
    buf.writeBigInt64LE(-5_000_000_000n, AT + 152);
    buf.writeBigInt64LE(-1n, AT + 160);
    buf.writeBigUInt64LE(0x1000n, AT + 168);
    buf.writeBigUInt64LE(0x500000000n, AT + 176);
    buf[AT + 184] = 1;
    buf.write('ab', AT + 185);
    buf.write('sixteen letters!', AT + 187);
    expect(visit.decode(view, AT, visit.size)).toEqual({
      time: 86_400_000_000_123,
      pid: -7,
      uid: 4294967295,
      ret: -2,
      failed: true,
      tiny: 255,
      half: -32768,
      comm: 'kworker/0:1',
      signs: [1, -1, -128, 127],
      name: 'twelve bytes',
      cookie: '18446744073709551615',
      caller: '0xffffffff81000001',
      peer: { addr: '10.0.0.1', port: 65535 },
      state: 7,
      balance: -1,
      delta: -9_007_199_254_740_991,
      total: 9_007_199_254_740_991,
      slots: [1, 2, 3, 4294967295],
      big: [5_000_000_000, 6],
      deltas: [-5_000_000_000, -1],
      stack: ['0x1000', '0x500000000'],
      known: true,
      two: 'ab',
      odd_comm: 'sixteen letters!',
      exe: '',
      args: [],
      note: '',
    });
  });

  it('gives the fields in the order of C', () => {
    expect(Object.keys(visit.decode(emptyRecord(visit.size), AT, visit.size))).toEqual(Object.keys(visit.fields));
  });

  it('reads a struct of words that is no multiple of 8', () => {
    const view = emptyRecord(goodbye.size);
    view.buf.writeInt32LE(42, AT);
    view.buf.writeBigUInt64LE(2n ** 52n + 1n, AT + 4);
    expect(goodbye.decode(view, AT, 12)).toEqual({ pid: 42, bytes: 2 ** 52 + 1 });
  });

  it('tells task names apart that differ anywhere, again and again', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `${i % 2 ? 'a' : 'worker-thread/'}${i}`.slice(0, 16));
    for (const name of [...names, ...names]) {
      const view = emptyRecord(visit.size);
      view.buf.write(name, AT + 24);
      expect(visit.decode(view, AT, visit.size).comm).toBe(name);
    }
  });

  it('refuses a record that is shorter than its struct', () => {
    expect(() => visit.decode(emptyRecord(visit.size), AT, visit.size - 1)).toThrow(
      new RangeError('a record of 215 bytes is too short for struct visit with 216'),
    );
  });
});
