import { describe, expect, it } from 'vitest';
import { footer, keyLines, runKey } from '../../../src/kit/screen/bindings.ts';
import type { Line } from '../../../src/kit/screen/line.ts';
import type { TopSettings } from '../../../src/kit/top/model.ts';
import { topBindings } from '../../../src/kit/top/screen/keys.ts';
import { facts, settings } from './sample.ts';

/** What keys change, one after the other. */
function press(...keys: readonly string[]) {
  let now: TopSettings = settings;
  const done: string[] = [];
  const control = {
    get settings() {
      return now;
    },
    end: () => done.push('end'),
  };
  const bindings = topBindings(facts, control, {
    change(part) {
      now = { ...now, ...part };
      done.push(JSON.stringify(part));
    },
    ask: (what) => done.push(what),
    details: () => done.push('details'),
    turnPicture: () => done.push('picture'),
    help: () => done.push('help'),
    deselect: () => done.push('deselect'),
  });
  for (const key of keys) runKey(bindings, key);
  return { done, bindings };
}

const plain = ({ spans }: Line) => spans.map((span) => (typeof span === 'string' ? span : span.text)).join('');

describe('keys', () => {
  it.each([
    [
      ['s', 's', '>'],
      ['{"sort":"name"}', '{"sort":"rate"}', '{"sort":"name"}'],
    ],
    [
      ['S', '<'],
      ['{"sort":"name"}', '{"sort":"rate"}'],
    ],
    [
      ['r', 'R', 'I'],
      ['{"reverse":true}', '{"reverse":false}', '{"reverse":true}'],
    ],
    [
      ['g', 'tab'],
      ['{"group":"host"}', '{"group":"flow"}'],
    ],
    [
      ['G', 'backtab'],
      ['{"group":"host"}', '{"group":"flow"}'],
    ],
    [
      ['2', '1', '3'],
      ['{"group":"host"}', '{"group":"flow"}'],
    ],
    [
      ['p', ' ', 'P'],
      ['{"paused":true}', '{"paused":false}', '{"paused":true}'],
    ],
    [['b', 'u', 'b', 'u'], ['bin-bits', 'si-bits', 'si-bytes', 'bin-bytes'].map((units) => JSON.stringify({ units }))],
    [['+', '=', '-', '_'], [2000, 5000, 2000, 1000].map((interval) => JSON.stringify({ interval }))],
    [['-', '-', '-'], [500, 200, 200].map((interval) => JSON.stringify({ interval }))],
    [['i'], ['{"idle":true}']],
    [
      ['/', 'f', '\\'],
      ['search', 'filter', 'filter'],
    ],
    [
      ['enter', 'v', 'escape', '?', 'h', 'q'],
      ['details', 'picture', 'deselect', 'help', 'help', 'end'],
    ],
    [['up', 'x', 'ctrl-l', 'é'], []],
  ])('%j', (keys, done) => {
    expect(press(...keys).done).toEqual(done);
  });

  it('are all in the help, and no key means two things', () => {
    const { bindings } = press();
    const lines = keyLines(bindings).map(plain);
    expect(lines).toHaveLength(bindings.length);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const keys = bindings.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are in the footer as far as its width goes, the way out and the help first', () => {
    const { bindings } = press();
    const text = (width: number) => plain(footer(bindings, width)).trimEnd();
    expect(text(80)).toBe('? help  q quit  s sort  r reverse  g group  / search  f filter  p pause  b bits');
    expect(text(14)).toBe('? help  q quit');
    expect(text(13)).toBe('? help');
    expect(text(5)).toBe('');
  });
});
