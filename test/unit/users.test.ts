import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openUsers } from '../../src/host/users.ts';
import { ExitCode } from '../../src/kit/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'ebpf-kit-users-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('users', () => {
  const file = join(directory, 'passwd');
  const write = (text: string, time: number) => {
    writeFileSync(file, text);
    utimesSync(file, time, time);
  };
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['hrtime'] });
    write('root:x:0:0::/root:/bin/sh\n# toor:x:0:0::\ntoor:x:0:0::/:\nann:x:1000:100:Ann,,:/home/ann:\n+::::::\n', 1);
  });
  afterEach(() => void vi.useRealTimers());

  it('have the first name of their number, or the number', () => {
    const users = openUsers(file);
    expect([0, 1000, 4242].map(users.name)).toEqual(['root', 'ann', '4242']);
  });
  it('are read again when the file changes', () => {
    const users = openUsers(file);
    expect(users.name(1000)).toBe('ann');
    write('bob:x:1000:100::/:\n', 2);
    vi.advanceTimersByTime(1001);
    expect(users.name(1000)).toBe('bob');
    rmSync(file);
    vi.advanceTimersByTime(1001);
    expect(users.name(1000)).toBe('1000');
  });
  it('resolve names and numbers', () => {
    const users = openUsers(file);
    expect(['toor', 'ann', '77', '4294967294'].map(users.resolve)).toEqual([0, 1000, 77, 4294967294]);
  });
  it('ask the system for a name that the file does not have', () => {
    expect(openUsers('/nonexistent').resolve('root')).toBe(0);
  });
  it.each([
    ['anne', 'no user "anne" on this machine (did you mean "ann"?)'],
    ['', 'no user "" on this machine'],
    ['--help', 'no user "--help" on this machine'],
    ['x\x1b[A', 'no user "x\\e[A" on this machine'],
    ['4294967295', 'user id 4294967295 is too large'],
  ])('refuse %j', (text, message) => {
    expect(() => openUsers(file).resolve(text)).toThrow(expect.objectContaining({ message, exitCode: ExitCode.usage }));
  });
});
