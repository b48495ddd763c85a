import { expect, it } from 'vitest';
import { bytesToString } from '../../src/btf/bytes.ts';
import { type LookupEvent, Lookups } from '../../src/kit/lookups.ts';
import { ASKED, query, record, reply, TYPE, wireName } from '../live/harness/net/dns.ts';

const connect = (pid: number, raddr: string): LookupEvent => ({ pid, raddr, answer: '' });
const answer = (pid: number, name: string, ...address: number[]): LookupEvent => {
  const message = reply(query(wireName(name)), [record(ASKED, TYPE.A, Buffer.from(address))]);
  return { pid, raddr: '::', answer: bytesToString(message) };
};

it('a process has names for what it has looked up itself, from then on', () => {
  const lookups = new Lookups();
  const [before, after, neighbour] = [connect(1, '10.0.0.1'), connect(1, '10.0.0.1'), connect(2, '10.0.0.1')];
  const shown = [before, answer(1, 'one', 10, 0, 0, 1), after, neighbour].map((event) => lookups.see(event));
  expect(shown).toEqual([true, false, true, true]);
  expect([before, after, neighbour].map((event) => lookups.nameOf(event))).toEqual([null, 'one', null]);
});

it('an event keeps the name that was known when it happened', () => {
  const lookups = new Lookups();
  const [first, second] = [connect(1, '10.0.0.1'), connect(1, '10.0.0.1')];
  for (const event of [answer(1, 'one', 10, 0, 0, 1), first, answer(1, 'two', 10, 0, 0, 1), second]) lookups.see(event);
  expect([lookups.nameOf(first), lookups.nameOf(second)]).toEqual(['one', 'two']);
});

it('what is no reply is not shown, and teaches nothing', () => {
  expect(new Lookups().see({ pid: 1, raddr: '::', answer: 'HTTP/1.1 200 OK' })).toBe(false);
});

it('the oldest names are forgotten, what is looked up again is not', () => {
  const lookups = new Lookups();
  const look = (i: number) => lookups.see(answer(1, 'name', 10, i >> 16, (i >> 8) & 255, i & 255));
  const known = (i: number) => {
    const event = connect(1, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    lookups.see(event);
    return lookups.nameOf(event);
  };
  for (let i = 0; i < 16384; i++) look(i);
  look(0);
  look(16384);
  expect([known(0), known(1), known(2), known(16384)]).toEqual(['name', null, 'name', 'name']);
});
