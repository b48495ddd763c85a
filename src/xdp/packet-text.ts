import { UsageError } from '../kit/errors.ts';
import { escapeText } from '../kit/text.ts';
import { FLAGS, ICMP_TYPES, ICMPV6_TYPES, unknownName } from '../rules/names.ts';
import { parseNet } from '../rules/nets.ts';
import { parseRanges } from '../rules/ranges.ts';
import { parseMacs, parseProtocols } from '../rules/values.ts';
import { buildPacket, type End, type PacketSpec } from './packet.ts';

const EXAMPLE = 'write for example "tcp 10.0.0.1:1234 > 10.0.0.2:80 flags S", or the bytes of a frame in hexadecimal';

/** tcpdump's letters. */
const LETTERS: Readonly<Record<string, string>> = {
  F: 'fin',
  S: 'syn',
  R: 'rst',
  P: 'psh',
  '.': 'ack',
  A: 'ack',
  U: 'urg',
  E: 'ece',
  W: 'cwr',
  C: 'cwr',
};

/**
 * `icmp 10.0.0.1 > 10.0.0.2`, `tcp [::1]:1234 > [::1]:80 flags S vlan 5`, or a frame in hexadecimal digits.
 * @throws UsageError
 */
export function parsePacket(text: string): Buffer {
  const digits = text.replace(/0x|[\s:]/g, '');
  if (/^([0-9a-f]{2}){14,}$/i.test(digits)) return Buffer.from(digits, 'hex');
  const [proto = '', from = '', arrow, to = '', ...rest] = text.trim().split(/\s+/);
  if (arrow !== '>') throw new UsageError(`"${escapeText(text)}" is no packet`, EXAMPLE);
  const [number] = parseProtocols(proto);
  const ends = { source: parseEnd(from), destination: parseEnd(to) };
  if (ends.source.address.length !== ends.destination.address.length)
    throw new UsageError(`"${escapeText(text)}" is no packet: one address is of IPv4, the other one of IPv6`);
  return buildPacket({ proto: number, ...ends, ...parseRest(rest, number) });
}

function parseEnd(text: string): End {
  const [, bracketed, port] = /^\[(.*)\](?::(\d+))?$/.exec(text) ?? /^([\d.]+)(?::(\d+))?$/.exec(text) ?? [];
  const { family, words, length } = parseNet(bracketed ?? text);
  if (length !== (family === 4 ? 32 : 128)) throw new UsageError(`"${escapeText(text)}" is no address`, EXAMPLE);
  const address = Buffer.alloc(4 * words.length);
  for (const [i, word] of words.entries()) address.writeUInt32BE(word, 4 * i);
  return { address, port: port === undefined ? undefined : numberIn(port, 'port', 65535) };
}

const numberIn = (text: string, what: string, max: number, names?: Readonly<Record<string, number>>) =>
  parseRanges(text, { what, min: 0, max, names })[0][0];

type Setting = (text: string, proto: number) => Partial<PacketSpec>;

const SETTINGS: Readonly<Record<string, Setting>> = {
  flags: (text) => ({ flags: parseFlagLetters(text) }),
  type: (text, proto) => ({ type: numberIn(text, 'type', 255, proto === 58 ? ICMPV6_TYPES : ICMP_TYPES) }),
  length: (text) => ({ length: numberIn(text, 'length', 65535) }),
  vlan: (text) => ({ vlans: text.split('.').map((id) => numberIn(id, 'VLAN id', 4095)) }),
  'src-mac': (text) => ({ sourceMac: macBytes(text) }),
  'dst-mac': (text) => ({ destinationMac: macBytes(text) }),
  // as tcpdump: its offset, and + where others follow
  fragment: (text) => ({
    fragment: { offset: numberIn(text.replace(/\+$/, ''), 'offset', 65528), more: text.endsWith('+') },
  }),
};

function parseRest(words: readonly string[], proto: number): Partial<PacketSpec> {
  const spec: Partial<PacketSpec> = {};
  for (let i = 0; i < words.length; i += 2) {
    const setting = Object.hasOwn(SETTINGS, words[i]) ? SETTINGS[words[i]] : undefined;
    if (!setting) throw unknownName('word in a packet', words[i], Object.keys(SETTINGS));
    if (words[i + 1] === undefined) throw new UsageError(`${words[i]} needs a value`, EXAMPLE);
    Object.assign(spec, setting(words[i + 1], proto));
  }
  return spec;
}

/** `S`, `S.`, `syn,ack`, or `none`. */
function parseFlagLetters(text: string): number {
  if (text === 'none') return 0;
  const names = /^[FSRP.AUEWC]+$/.test(text) ? [...text].map((letter) => LETTERS[letter]) : text.split(',');
  return names.reduce((sum, name) => {
    if (!Object.hasOwn(FLAGS, name)) throw unknownName('TCP flag', name, Object.keys(FLAGS));
    return sum | FLAGS[name];
  }, 0);
}

const macBytes = (text: string) => Buffer.from(parseMacs(text)[0].replaceAll(':', ''), 'hex');
