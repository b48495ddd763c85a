// @module-tag anywhere
import { symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageFile } from './harness/build.ts';
import { testFolder } from './harness/folder.ts';
import { linesOf, observe, recordsOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** What a program may call its arguments, and how that looks in the table. */
const hostile: readonly (readonly [what: string, arg: Buffer, text: string])[] = [
  ['a newline', bytes('a\nb'), '"a\\nb"'],
  [
    'a row of its own',
    bytes('x\ntrue             1       1         0 forged'),
    '"x\\ntrue             1       1         0 forged"',
  ],
  ['carriage return and tab', bytes('a\rb\tc'), '"a\\rb\\tc"'],
  ['an escape sequence', bytes('\x1b[2J\x1b]0;title\x07'), '\\e[2J\\e]0;title\\x07'],
  ['delete', bytes('a\x7fb'), 'a\\x7fb'],
  ['8-bit controls in UTF-8', bytes('a\xc2\x9bb'), 'a\\u{9b}b'],
  ['bytes that are not UTF-8', bytes('a\xff\x9b\xc0\xaf'), 'a\\xff\\x9b\\xc0\\xaf'],
  ['a surrogate in UTF-8', bytes('\xed\xb2\x80'), '\\xed\\xb2\\x80'],
  ['a letter that is cut', bytes('\xf0\x9f\xa6'), '\\xf0\\x9f\\xa6'],
  ['overrides of the direction', Buffer.from('a\u202eb\u2066c'), 'a\\u{202e}b\\u{2066}c'],
  ['line separators', Buffer.from('a\u2028b\u0085c'), '"a\\u{2028}b\\u{85}c"'],
  ['invisible letters', Buffer.from('a\u200bb\u00adc\ufeffd'), '"a\\u{200b}b\\u{ad}c\\u{feff}d"'],
];

/** Runs all of them, one after the other. */
async function all(options: readonly string[]) {
  const {
    bytes: output,
    stdout,
    stderr,
  } = await observe('execsnoop', ['-P', `${stage.pid}`, ...options], async () => {
    for (const [, arg] of hostile) await stage.run({ file: '/bin/true', args: ['true', arg] });
  });
  for (const text of [output, Buffer.from(stderr)]) expectNothingRaw(text);
  return linesOf(stdout);
}

/** Neither controls but newline, nor what is not UTF-8, nor what a terminal reorders by or hides. */
function expectNothingRaw(output: Buffer) {
  const text = output.toString();
  expect(Buffer.from(text).equals(output)).toBe(true);
  expect(text.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u)).toBeNull();
}

/** As a JSON value holds it: a string, or the bytes in base64. */
function bytesOf(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  expect(Object.keys(value as object)).toEqual(['b64']);
  return Buffer.from((value as { b64: string }).b64, 'base64');
}

const isUtf8 = (arg: Buffer) => Buffer.from(arg.toString()).equals(arg);

describe('hostile arguments', () => {
  it('are one line each in the table', async () => {
    const [head, ...lines] = await all([]);
    expect(head).toMatch(/^PCOMM /);
    expect(lines.map((line) => line.slice(line.indexOf(' 0 true ') + 8))).toEqual(hostile.map(([, , text]) => text));
  });

  it('are one line each with -q', async () => {
    const [, ...lines] = await all(['-q', '--columns', 'args']);
    const quoted = hostile.map(([, , text]) => `"true" "${text.replace(/^"(.*)"$/, '$1')}"`);
    expect(lines).toEqual(quoted);
  });

  it('are one line each in CSV', async () => {
    const [head, ...lines] = await all(['--csv', '--columns', 'comm,args,ret']);
    expect(head).toBe('comm,args,ret');
    const field = (text: string) => (text.includes('"') ? `"true ${text.replaceAll('"', '""')}"` : `true ${text}`);
    expect(lines).toEqual(hostile.map(([, , text]) => `true,${field(text)},0`));
  });

  it('are carried by JSON without loss', async () => {
    const lines = await all(['--json']);
    const records = recordsOf(`${lines.join('\n')}\n`).filter(({ type }) => type === 'exec');
    expect(records).toHaveLength(hostile.length);
    for (const [i, [what, arg]] of hostile.entries()) {
      const [, value] = records[i].args as unknown[];
      expect(bytesOf(value), what).toEqual(arg);
      expect(typeof value, what).toBe(isUtf8(arg) ? 'string' : 'object');
    }
  });
});

/** A program's name is what its file is called, and that may be anything but "/" and NUL. */
describe('hostile names', () => {
  const name = bytes('\x1b[31m\n\xff\x7f\xc2\x9b');
  const run = async (options: readonly string[]) => {
    const file = Buffer.concat([Buffer.from(`${testFolder()}/`), name]);
    symlinkSync(stageFile(), file);
    const { bytes: output, stdout } = await observe('execsnoop', ['-P', `${stage.pid}`, ...options], () =>
      stage.run({ file, args: ['zero'] }),
    );
    expectNothingRaw(output);
    return linesOf(stdout);
  };

  it('are one line in the table, and keep its columns', async () => {
    const [, ...lines] = await run(['--columns', 'comm,args']);
    expect(lines).toEqual(['\\e[31m\\n\\xff\\x7f\\u{9b} zero']);
  });

  it('are one line in CSV', async () => {
    expect(await run(['--csv', '--columns', 'comm,args'])).toEqual(['comm,args', '\\e[31m\\n\\xff\\x7f\\u{9b},zero']);
  });

  it('are carried by JSON without loss', async () => {
    const [record] = recordsOf(`${(await run(['--json'])).join('\n')}\n`);
    expect(bytesOf(record.comm)).toEqual(name);
  });

  it('are matched and filtered as they are', async () => {
    const [, ...lines] = await run(['-n', '\\[31m\n', '--filter', 'comm.contains("[31m\\n")', '--columns', 'args']);
    expect(lines).toEqual(['zero']);
  });
});
