import { describe, expect, it } from 'vitest';
import { parseDnsReply } from '../../src/host/dns.ts';
import { ASKED, query, record, reply, TYPE, wireName } from '../live/harness/net/dns.ts';

const example = wireName('www', 'Example');
const v4 = Buffer.of(192, 0, 2, 1);
const v6 = Buffer.from('20010db8000000000000000000000001', 'hex');
const a = (owner: Buffer = ASKED, data: Buffer = v4) => record(owner, TYPE.A, data);
const answer = (...records: Buffer[]) => reply(query(example), records);

describe('a reply', () => {
  it('has the name that was asked for, and its addresses', () => {
    const records = [a(), a(ASKED, Buffer.of(192, 0, 2, 2)), record(ASKED, TYPE.AAAA, v6)];
    const addresses = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
    expect(parseDnsReply(answer(...records))).toEqual({ name: 'www.Example', addresses });
  });

  it('leads through aliases, whatever the case of letters', () => {
    const [one, two] = [wireName('one', 'example'), wireName('TWO', 'example')];
    const records = [record(example, TYPE.CNAME, one), record(one, TYPE.CNAME, two), a(wireName('two', 'EXAMPLE'))];
    expect(parseDnsReply(answer(...records))?.addresses).toEqual(['192.0.2.1']);
  });

  it('may compress names, also into the middle of others', () => {
    const alias = Buffer.concat([Buffer.of(3), Buffer.from('cdn'), Buffer.of(0xc0, 16)]);
    const records = [record(ASKED, TYPE.CNAME, alias), a(wireName('cdn', 'example'))];
    expect(parseDnsReply(answer(...records))?.addresses).toEqual(['192.0.2.1']);
  });

  it('may be about the root', () => {
    expect(parseDnsReply(reply(query(wireName()), [a()]))).toEqual({ name: '.', addresses: ['192.0.2.1'] });
  });

  it('tells what stands before a cut', () => {
    const whole = answer(a(), a(ASKED, Buffer.of(192, 0, 2, 2)));
    expect(parseDnsReply(whole.subarray(0, -1))?.addresses).toEqual(['192.0.2.1']);
  });
});

describe('what does not belong to it does not count', () => {
  it.each([
    ['a record of another name', a(wireName('other'))],
    ['an address of another length', a(ASKED, v6)],
    ['a record of another type', record(ASKED, 16, v4)],
    ['a record of another class', Buffer.from(a()).fill(3, 5, 6)],
    ['an owner that is no name', a(Buffer.of(0x40, 1))],
  ])('%s', (_, data) => {
    expect(parseDnsReply(answer(data))?.addresses).toEqual([]);
  });
});

describe('no reply', () => {
  const twice = answer(a());
  twice.writeUInt16BE(2, 4);
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a header alone', answer(a()).subarray(0, 12)],
    ['a question that is cut off', answer(a()).subarray(0, 12 + example.length + 3)],
    ['two questions', twice],
    ['a question for something else', reply(query(example, 12), [a()])],
    ['a label that reaches beyond the end', Buffer.concat([answer().subarray(0, 12), Buffer.of(63, 1)])],
    ['a name of more than 255 bytes', reply(query(wireName(...Array(5).fill('x'.repeat(63)))), [a()])],
  ])('%s', (_, bytes) => expect(parseDnsReply(bytes)).toBeUndefined());
});

describe('names that lead in circles', () => {
  const at = 12 + example.length + 4;
  it.each([
    ['to itself', Buffer.of(0xc0, at)],
    ['forward', Buffer.of(0xc0, at + 2)],
    ['beyond the end', Buffer.of(0xff, 0xff)],
    ['back into a label that leads here', Buffer.concat([Buffer.of(1, 0x61), Buffer.of(0xc0, at)])],
    ['cut off in the pointer', Buffer.of(0xc0)],
  ])('%s', (_, owner) => {
    expect(parseDnsReply(answer(a(owner)))?.addresses).toEqual([]);
  });

  it('a chain of pointers, as long as it may be, comes to an end', () => {
    const pointers = Array.from({ length: 600 }, (_, i) => {
      const target = i === 0 ? 12 : at + 10 + 2 + 2 * (i - 1);
      return Buffer.of(0xc0 | (target >> 8), target & 255);
    });
    const chain = record(Buffer.of(0xc0, 12), 16, Buffer.concat(pointers));
    const last = at + 12 + 2 * 599;
    expect(parseDnsReply(answer(chain, a(Buffer.of(0xc0 | (last >> 8), last & 255))))?.addresses).toEqual([
      '192.0.2.1',
    ]);
  });
});

it('a name is printable, whatever its bytes', () => {
  const name = wireName(Buffer.from('\x1b[2J\n'), Buffer.of(0xff, 0x2e, 0x20), '"\\');
  expect(parseDnsReply(reply(query(name), [a()]))?.name).toBe(String.raw`\027[2J\010.\255\.\032."\\`);
});

it('any bytes are read without an error', () => {
  const whole = answer(record(example, TYPE.CNAME, wireName('one')), a(wireName('one')), record(ASKED, TYPE.AAAA, v6));
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let i = 0; i < 20_000; i++) {
    const bytes = Buffer.from(whole.subarray(0, random(whole.length + 1)));
    for (let n = random(8); n > 0 && bytes.length > 0; n--) bytes[random(bytes.length)] = random(256);
    const { name = '', addresses = [] } = parseDnsReply(bytes) ?? {};
    expect(/^[\x21-\x7e]*$/.test(name) && addresses.length <= 3).toBe(true);
  }
});
