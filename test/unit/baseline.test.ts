import { describe, expect, it } from 'vitest';
import { added, describeDifference, makeBaseline } from '../../src/kit/baseline/baseline.ts';
import { formatBaseline, parseBaseline } from '../../src/kit/baseline/lock-file.ts';
import { normalisePath, normaliseRemote } from '../../src/kit/baseline/normalise.ts';

const places = { tree: '/srv/app', home: '/root', temporary: ['/tmp', '/var/tmp'] };

describe('a path', () => {
  it.each([
    ['/srv/app/build/a.o', './build/a.o'],
    ['/srv/app', '.'],
    ['/srv/application', '/srv/application'],
    ['/tmp/npm-1a2b/x', '<tmp>'],
    ['/tmpfile', '/tmpfile'],
    ['/root/.npmrc', '~/.npmrc'],
    ['/root/.npm/_cacache/content-v2/sha512/ab/cd/0123456789abcdef0123', '~/.npm/_cacache/content-v2/sha<n>/<hash>'],
    ['/root/.npm/_logs/2026-11-20T16_33_12_123Z-debug-0.log', '~/.npm/_logs/<time>-debug-0.log'],
    ['/root/.npm/_cacache/tmp/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed', '~/.npm/_cacache/tmp/<uuid>'],
    ['/var/lib/x-12345678-1234-1234-1234-123456789012.log', '/var/lib/x-<uuid>.log'],
    ['/var/lib/layers/9f86d081884c7d65.tar', '/var/lib/layers/<hash>.tar'],
    ['/proc/4242/oom_score_adj', '/proc/<pid>/oom_score_adj'],
    ['/dev/pts/7', '/dev/pts/<n>'],
    ['/opt/node/20.11.1/bin/node', '/opt/node/<version>/bin/node'],
    ['/opt/node/v22.1.0-rc.1/bin/node', '/opt/node/<version>/bin/node'],
    ['/usr/bin/python3.11', '/usr/bin/python<version>'],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', '/usr/lib/x86_64-linux-gnu/libc.so.6'],
    ['/var/log/app.12345', '/var/log/app.<n>'],
    ['/usr/bin/facade', '/usr/bin/facade'],
    ['/usr/bin/x86_64', '/usr/bin/x86_64'],
  ])('%s is %s', (path, expected) => {
    expect(normalisePath(path, places)).toBe(expected);
  });

  it('is the same when it is looked at twice', () => {
    for (const path of ['/root/.npm/_logs/2026-11-20T16_33_12_123Z-debug-0.log', '/opt/node/20.11.1/bin/node']) {
      const once = normalisePath(path, places);
      expect(normalisePath(once, places)).toBe(once);
    }
  });
});

describe('a connect', () => {
  it.each([
    [{ addr: '192.0.2.1', port: 443, name: 'registry.example' }, 'registry.example:443'],
    [{ addr: '192.0.2.1', port: 443, name: null }, '192.0.2.1:443'],
    [{ addr: '::1', port: 80 }, '[::1]:80'],
    [{ addr: '127.0.0.1', port: 40123 }, '127.0.0.1:<ephemeral>'],
  ])('%o', (remote, expected) => {
    expect(normaliseRemote(remote)).toBe(expected);
  });
});

describe('the file', () => {
  const baseline = makeBaseline({
    programs: ['/usr/bin/sh', '/usr/bin/node', '/usr/bin/sh', '/opt/a b', '/opt/"q"\n', '~', '12.5'],
    writes: [],
    connects: ['[::1]:80', 'registry.example:443', '127.0.0.1:<ephemeral>'],
  });

  it('is text for people, sorted, each thing once', () => {
    expect(
      formatBaseline(baseline),
    ).toBe(`# What a command does, as seen by ebpf-kit baseline: review what changes here.
version: 1
programs:
  - "/opt/\\"q\\"\\n"
  - "/opt/a b"
  - /usr/bin/node
  - /usr/bin/sh
  - "12.5"
  - "~"
writes: []
connects:
  - 127.0.0.1:<ephemeral>
  - "[::1]:80"
  - registry.example:443
`);
  });

  it('is read as it was written, also after somebody has edited it', () => {
    expect(parseBaseline(formatBaseline(baseline), 'file')).toEqual(baseline);
    const edited = '# reviewed\nversion: 1\n\nconnects:\n  - b:1\n  # for the cache\n  - a:1\nprograms: []\n';
    expect(parseBaseline(edited, 'file')).toEqual({ programs: [], writes: [], connects: ['a:1', 'b:1'] });
  });

  it.each([
    ['', 'file: this is no baseline: it has no version'],
    ['version: 2\n', 'file, line 1: this is version 2 of baselines: 1 is known here'],
    ['version: 1\nreads:\n', 'file, line 2: a baseline has programs, writes, connects, but no reads'],
    ['version: 1\n  - x\n', 'file, line 2: this is no line of a baseline'],
    [
      'version: 1\nprograms:\n  - "x\n',
      'file, line 3: a quote that is not ended, or an escape that JSON does not know',
    ],
  ])('that is none is refused: %o', (text, message) => {
    expect(() => parseBaseline(text, 'file')).toThrow(message);
  });

  it('is compared thing by thing', () => {
    const other = makeBaseline({ ...baseline, programs: ['/usr/bin/sh'], writes: ['<tmp>'] });
    expect(added(baseline, other).map(describeDifference)).toEqual(['writes <tmp>']);
    expect(added(other, baseline).map(describeDifference)).toContain('runs /usr/bin/node');
    expect(added(baseline, baseline)).toEqual([]);
  });
});
