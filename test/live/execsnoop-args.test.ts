import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events, rows } from './harness/execsnoop.ts';
import { openStage, type Stage } from './harness/stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

const file = '/bin/true';
const DEFAULT = 8192;

/** In JSON: the arguments of one program, and whether they are said to be cut. */
async function argsOf(args: readonly (string | Buffer)[], options: readonly string[] = []) {
  const seen = await events(stage, ['--columns', 'args,args_truncated', ...options], () => stage.run({ file, args }));
  expect(seen).toHaveLength(1);
  return { args: seen[0].args, cut: seen[0].args_truncated };
}

/** In the table: the arguments of one program. */
async function textOf(args: readonly string[], options: readonly string[] = []) {
  const lines = await rows(stage, ['--columns', 'args', ...options], () => stage.run({ file, args }));
  expect(lines).toHaveLength(1);
  return lines[0];
}

/** So many bytes of command line: "true" and one long argument, each with its NUL. */
const lineOf = (bytes: number) => ['true', 'x'.repeat(bytes - 'true'.length - 2)];

describe('the whole command line', () => {
  const whole = async (_: string, args: string[]) => expect(await argsOf(args)).toEqual({ args, cut: false });

  it.each([
    ['an argument of more than 128 bytes', ['true', 'y'.repeat(129), 'z'.repeat(4000), 'end']],
    ['2,000 arguments', Array.from({ length: 2000 }, (_, i) => `${i % 10}`)],
  ])('%s', whole);

  it.each([
    ['more than 20 arguments', Array.from({ length: 30 }, (_, i) => `argument-${i}`)],
    ['empty arguments', ['', '', 'middle', '', '']],
    ['blanks and quotes', ['true', ' a  b ', '"', "'", '\\', '$HOME', '*']],
    ['letters of other scripts', ['true', 'grüße', '日本語', '🦆', 'e\u0301']],
  ])('%s', { tags: 'anywhere' }, whole);

  it('an argument for every byte', { tags: 'anywhere' }, async () => {
    const args = Array.from({ length: 127 }, (_, i) => String.fromCharCode(i + 1));
    expect(await argsOf(args)).toEqual({ args, cut: false });
  });

  it('in the table, words that are none are quoted', { tags: 'anywhere' }, async () => {
    expect(await textOf(['true', '', 'two words', 'say "hi"', 'grüße'])).toBe(
      'true "" "two words" "say \\"hi\\"" grüße',
    );
  });

  it('with -q, every word', { tags: 'anywhere' }, async () => {
    expect(await textOf(['true', '', 'a b', 'c"d'], ['-q'])).toBe('"true" "" "a b" "c\\"d"');
  });
});

describe('a command line that is too long', () => {
  it('of exactly 8 KiB is shown whole', { tags: 'anywhere' }, async () => {
    const args = lineOf(DEFAULT);
    expect(await argsOf(args)).toEqual({ args, cut: false });
  });

  it('is cut after 8 KiB, and that is said', async () => {
    const [word, shown] = lineOf(DEFAULT + 1);
    expect(await argsOf([word, `${shown}yz`])).toEqual({ args: [word, shown], cut: true });
    expect(await textOf([word, `${shown}yz`])).toBe(`${word} ${shown}…`);
  });

  it('is shown whole with --max-args-bytes 32K', { tags: 'anywhere' }, async () => {
    const args = Array.from({ length: 300 }, (_, i) => `${i}`.padStart(99, 'n'));
    expect(await argsOf(args, ['--max-args-bytes', '32K'])).toEqual({ args, cut: false });
    const whole = lineOf(32768);
    expect(await argsOf(whole, ['--max-args-bytes', '32K'])).toEqual({ args: whole, cut: false });
  });

  it('is cut after 32 KiB, too', { tags: 'anywhere' }, async () => {
    const [word, long] = lineOf(32769);
    expect(await argsOf([word, `${long}yz`], ['--max-args-bytes', '32K'])).toEqual({ args: [word, long], cut: true });
  });

  it('is cut after --max-args-bytes', { tags: 'anywhere' }, async () => {
    const options = ['--max-args-bytes', '9'];
    expect(await argsOf(['true', 'four-five'], options)).toEqual({ args: ['true', 'four'], cut: true });
    expect(await argsOf(['true', '4ou'], options)).toEqual({ args: ['true', '4ou'], cut: false });
  });
});

describe('--max-args', () => {
  const args = ['true', 'one', 'two', 'three'];

  it('shows so many, and says that there are more', { tags: 'anywhere' }, async () => {
    expect(await argsOf(args, ['--max-args', '2'])).toEqual({ args: ['true', 'one'], cut: true });
    expect(await textOf(args, ['--max-args', '2'])).toBe('true one…');
  });

  it('says nothing where there are no more', { tags: 'anywhere' }, async () => {
    expect(await argsOf(args, ['--max-args', '4'])).toEqual({ args, cut: false });
    expect(await textOf(args, ['--max-args', '4'])).toBe('true one two three');
  });
});
