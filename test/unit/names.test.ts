import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostsFile } from '../../src/host/hosts-file.ts';
import { Names, type Resolver } from '../../src/host/names.ts';

vi.mock('../../src/host/monotonic.ts', () => ({ monotonic: () => now }));

let now = 0;
let asked: string[];
let answers: Map<string, { resolve(names: string[]): void; reject(error: Error): void }>;
let cancelled: number;
let names: Names;

beforeEach(() => {
  now = 0;
  asked = [];
  answers = new Map();
  cancelled = 0;
  const resolver: Resolver = {
    reverse(address) {
      asked.push(address);
      return new Promise((resolve, reject) => answers.set(address, { resolve, reject }));
    },
    cancel: () => {
      cancelled++;
    },
  };
  names = new Names(resolver, new Map([['127.0.0.1', 'localhost']]));
});
afterEach(() => names.close());

const settled = () => new Promise(setImmediate);
const answer = async (address: string, ...given: string[]) => {
  answers.get(address)?.resolve(given);
  await settled();
};
const refuse = async (address: string) => {
  answers.get(address)?.reject(new Error('ENOTFOUND'));
  await settled();
};

describe('the name of an address', () => {
  it('is asked for once, and known from then on', async () => {
    expect(names.nameOf('::1')).toBeNull();
    expect(names.nameOf('::1')).toBeNull();
    await answer('::1', 'here', 'also');
    expect(names.nameOf('::1')).toBe('here');
    now += 1e9;
    expect(names.nameOf('::1')).toBe('here');
    expect(asked).toEqual(['::1']);
  });

  it('that it does not have is asked for again after a minute', async () => {
    names.nameOf('10.0.0.1');
    await refuse('10.0.0.1');
    names.nameOf('10.0.0.2');
    await answer('10.0.0.2');
    now = 60_000;
    expect([names.nameOf('10.0.0.1'), names.nameOf('10.0.0.2')]).toEqual([null, null]);
    expect(asked).toHaveLength(2);
    now = 60_001;
    names.nameOf('10.0.0.1');
    expect(asked).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1']);
  });

  it('of the hosts file is there at once', () => {
    expect(names.nameOf('127.0.0.1')).toBe('localhost');
    expect(asked).toEqual([]);
  });

  it('is not asked for where there is none', () => {
    expect([names.nameOf('0.0.0.0'), names.nameOf('::')]).toEqual([null, null]);
    expect(asked).toEqual([]);
  });
});

describe('many addresses', () => {
  const addresses = Array.from({ length: 20_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);

  it('eight are asked for at the same time, in order', async () => {
    for (const address of addresses.slice(0, 20)) names.nameOf(address);
    expect(asked).toEqual(addresses.slice(0, 8));
    await answer(addresses[3], 'three');
    await refuse(addresses[0]);
    expect(asked).toEqual(addresses.slice(0, 10));
  });

  it('what does not fit into the queue is asked for when it comes again', async () => {
    for (const address of addresses.slice(0, 2000)) names.nameOf(address);
    for (let i = 0; i < 1024 + 8; i++) await answer(addresses[i], 'known');
    expect(asked).toEqual(addresses.slice(0, 1024 + 8));
    names.nameOf(addresses[1999]);
    expect(asked.at(-1)).toBe(addresses[1999]);
  });

  it('the oldest is forgotten', async () => {
    for (const address of addresses) {
      names.nameOf(address);
      await answer(address, 'known');
    }
    expect([names.nameOf(addresses[0]), names.nameOf(addresses[19_999])]).toEqual([null, 'known']);
  });
});

it('nothing is asked after the end, and what is under way is given up', async () => {
  for (let i = 0; i < 10; i++) names.nameOf(`10.0.0.${i}`);
  names.close();
  expect(cancelled).toBe(1);
  await refuse('10.0.0.0');
  names.nameOf('10.0.1.1');
  expect(asked).toHaveLength(8);
});

it('the hosts file: the first name of each address, in whatever form', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-test-'));
  const file = join(folder, 'hosts');
  writeFileSync(
    file,
    '# 10.0.0.9 comment\n127.0.0.1\tlocalhost loop # more\n127.0.0.1 second\n  2001:DB8:0::1   six \nfe80::1%eth0 zone\n10.0.0.1\n',
  );
  expect([...hostsFile(file)]).toEqual([
    ['127.0.0.1', 'localhost'],
    ['2001:db8::1', 'six'],
  ]);
  expect([...hostsFile(join(folder, 'none'))]).toEqual([]);
  rmSync(folder, { recursive: true });
});
