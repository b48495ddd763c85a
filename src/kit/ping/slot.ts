import { readClocks } from '../../bpf/clock.ts';
import { ipBytes, ipText } from '../../btf/ipaddr.ts';
import type { NetPrefix } from '../../host/net.ts';
import type { Maps } from '../control/define.ts';
import { MODES, NETS, type PingSetting } from './model.ts';

/** Of bpf/pingdrop.bpf.c: slots for settings, and 32-bit words of an address. */
const SLOTS = 16;
const WORDS = 4;

/** The same file's struct setting. */
interface Slot {
  readonly until: number;
  readonly mode: number;
  readonly every: number;
  readonly nets: number;
  readonly addr: readonly number[];
  readonly mask: readonly number[];
}

/**
 * Puts a setting into force, by one write of four bytes: the slot that they name is filled before. A packet that is
 * being looked at meanwhile would have to take as long as all other slots to be written over.
 */
export function writePings(maps: Maps, setting: PingSetting): void {
  const slot = (currentSlot(maps) + 1) % SLOTS;
  maps.update('turns', slot as never, { lock: { val: 0 }, asked: 0 } as never);
  maps.update('settings', slot as never, slotOf(setting) as never);
  maps.update('current', 0 as never, slot as never);
}

/** The setting in force. */
export function readPings(maps: Maps): PingSetting {
  return settingOf(maps.lookup('settings', currentSlot(maps) as never) as unknown as Slot);
}

function currentSlot(maps: Maps): number {
  return (maps.lookup('current', 0 as never) as unknown as number | undefined) ?? 0;
}

function slotOf({ mode, every, from, lasts, ...setting }: PingSetting): Slot {
  const until = lasts === undefined ? setting.until : Math.round(readClocks().boot + lasts * 1e6);
  const words = (of: (net: NetPrefix) => Uint8Array) => {
    const list = from.flatMap((net) => wordsOf(of(net)));
    return [...list, ...new Array<number>(NETS * WORDS - list.length).fill(0)];
  };
  const facts = { until, mode: MODES.indexOf(mode), every, nets: from.length };
  return { ...facts, addr: words(({ addr }) => ipBytes(addr)), mask: words(({ bits }) => maskOf(bits)) };
}

function settingOf({ mode, every, nets, until, addr, mask }: Slot): PingSetting {
  const from = Array.from({ length: nets }, (_, i): NetPrefix => {
    const [address, ones] = [addr, mask].map((words) => bytesOf(words.slice(i * WORDS, (i + 1) * WORDS)));
    const bits = ones.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    return { addr: ipText(address, 0), bits };
  });
  return { mode: MODES[mode], every, from, until };
}

/** In the byte order of the wire, as numbers of this machine's. */
function wordsOf(bytes: Uint8Array): readonly number[] {
  return Array.from({ length: WORDS }, (_, i) => Buffer.from(bytes).readUInt32LE(4 * i));
}

function bytesOf(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [i, word] of words.entries()) bytes.writeUInt32LE(word, 4 * i);
  return bytes;
}

function maskOf(bits: number): Uint8Array {
  return Uint8Array.from({ length: 4 * WORDS }, (_, i) => 0xff00 >> Math.min(8, Math.max(0, bits - 8 * i)));
}
