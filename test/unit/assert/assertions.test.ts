import { describe, expect, it } from 'vitest';
import { type AssertionOptions, assertionsPart } from '../../../src/kit/assert/assertions.ts';
import { untilPart, waitForPart } from '../../../src/kit/assert/until.ts';
import { completePart } from '../../../src/kit/stream/complete-part.ts';
import { noLosses } from '../../../src/kit/stream/loss-report.ts';
import { type Blink, blink, blinkView, runBlinks, witness } from '../parts.ts';

const eyes = [[blink(1), blink(2, 'lid')], [blink(3, 'eye', ['a b', 'c\n'])]];

const assert = (options: AssertionOptions, batches: readonly (readonly Blink[])[] = eyes) =>
  runBlinks([assertionsPart(options)], batches);

describe('assertions', () => {
  it.each<[string, AssertionOptions]>([
    ['--fail-if', { failIf: ['comm == "nose"', 'pid == 0'] }],
    ['--expect', { expect: ['pid == 3', 'comm == "lid"'] }],
    ['--expect-count', { expectCount: [{ expression: 'comm == "eye"', min: 2, max: 2 }] }],
    ['--expect-count 0', { expectCount: [{ expression: 'comm == "nose"', min: 0, max: 0 }] }],
    ['--expect-count 2..', { expectCount: [{ expression: 'pid > 0', min: 2, max: Infinity }] }],
  ])('%s: nothing is said when all is well', async (_, options) => {
    expect(await assert(options)).toEqual({ status: 0, said: [] });
  });

  it.each<[string, AssertionOptions, string]>([
    [
      'the event that broke it, and how many more',
      { failIf: ['comm == "eye"'] },
      'failed: --fail-if comm == "eye": pid=1 comm=eye args= (and 1 more)',
    ],
    ['it in one line', { failIf: ['pid == 3'] }, 'failed: --fail-if pid == 3: pid=3 comm=eye args="a b" "c\\n"'],
    ['that there was none', { expect: ['pid == 4'] }, 'failed: --expect pid == 4: no event of 3'],
    [
      'how many too few',
      { expectCount: [{ expression: 'pid < 3', min: 3, max: 4 }] },
      'failed: --expect-count pid < 3 3..4: 2 events of 3',
    ],
    [
      'the first one too many',
      { expectCount: [{ expression: 'pid > 0', min: 0, max: 1 }] },
      'failed: --expect-count pid > 0 ..1: 3 events, the first one too many: pid=2 comm=lid args= (and 1 more)',
    ],
  ])('show %s', async (_, options, line) => {
    expect(await assert(options)).toEqual({ status: 90, said: [line] });
  });

  it('say each what failed', async () => {
    const { status, said } = await assert({ failIf: ['pid == 1', 'pid == 9'], expect: ['pid == 8', 'pid == 2'] });
    expect(status).toBe(90);
    expect(said.map((line) => line.split(': ')[1])).toEqual(['--fail-if pid == 1', '--expect pid == 8']);
  });

  it('are refused with their name, before anything is attached', async () => {
    await expect(assert({ failIf: ['pidd == 1'] })).rejects.toThrow(
      'fail-if: unknown variable "pidd" at column 1 (did you mean "pid"?)',
    );
    await expect(assert({ expect: ['pid'] })).rejects.toThrow('expect: the expression is int, not bool');
  });

  it('say how many events were lost where too few came', async () => {
    const losses = { losses: () => ({ ...noLosses, ring: 5 }) };
    const { said } = await runBlinks([assertionsPart({ expect: ['pid == 4'] })], eyes, losses);
    expect(said[1]).toBe('failed: --expect pid == 4: no event of 3, and 5 lost');
  });

  it('read columns that are not shown', async () => {
    const part = await assertionsPart<Blink>({ failIf: ['pid == 1'] })(blinkView(), {} as never);
    expect(part?.uses).toEqual(new Set(['pid']));
  });
});

describe('--until and --wait-for', () => {
  it('end with the event, which is told', async () => {
    for (const part of [untilPart<Blink>('pid == 2'), waitForPart<Blink>('pid == 2')]) {
      const { events, maker } = witness();
      expect(await runBlinks([part, maker], [...eyes, [blink(4)]])).toEqual({ status: 0, said: [] });
      expect(events.map(({ pid }) => pid)).toEqual([1, 2]);
    }
  });

  it('differ where it does not happen', async () => {
    expect(await runBlinks([untilPart('pid == 9')], eyes)).toEqual({ status: 0, said: [] });
    const said = ['--wait-for pid == 9: did not happen before the end'];
    expect(await runBlinks([waitForPart('pid == 9', 60_000)], eyes)).toEqual({ status: 124, said });
  });

  it('wait no longer than told', async () => {
    const forever = {
      async *batches(signal: AbortSignal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    };
    const said = ['--wait-for pid == 9: did not happen within 20ms'];
    expect(await runBlinks([waitForPart('pid == 9', 20)], [], forever)).toEqual({ status: 124, said });
  });
});

describe('the status', () => {
  const failing = { status: 7, kind: 'command', name: 'CMD', message: 'it ended with 7' } as const;
  const lossy = { losses: () => ({ ...noLosses, ring: 1 }) };

  it("is the command's, then that of assertions, then 124, then 91; all but the command's are said", async () => {
    const parts = [
      completePart<Blink>(),
      waitForPart<Blink>('pid == 9'),
      assertionsPart<Blink>({ failIf: ['pid == 1'] }),
      () => ({ end: () => [failing] }),
    ];
    for (const status of [7, 90, 124, 91]) {
      const ran = await runBlinks(parts, eyes, lossy);
      expect(ran.status).toBe(status);
      expect(ran.said).toHaveLength(1 + Math.min(parts.length, 3));
      parts.pop();
    }
  });

  it('is 91 where an event was cut', async () => {
    const said = ['incomplete: 1 event cut'];
    expect(await runBlinks([completePart()], [[{ ...blink(1), args_truncated: true }, blink(2)]])).toEqual({
      status: 91,
      said,
    });
    expect(await runBlinks([completePart()], eyes)).toEqual({ status: 0, said: [] });
  });
});
