import { describe, expect, it } from 'vitest';
import { openClock } from '../../src/host/clock.ts';

describe('the clock', () => {
  const noon = Date.UTC(2026, 0, 31, 12) * 1000;

  it('tells wall-clock time to the microsecond', () => {
    const clock = openClock(() => ({ boot: 5e9, real: noon }));
    expect(clock.iso(5e9)).toBe('2026-01-31T12:00:00.000000Z');
    expect(clock.iso(5e9 + 123_456_789)).toBe('2026-01-31T12:00:00.123456Z');
    expect(clock.iso(5e9 - 1)).toBe('2026-01-31T11:59:59.999999Z');
    expect(clock.micros(6e9)).toBe(noon + 1e6);
  });
  it('tells local time', () => {
    const clock = openClock(() => ({ boot: 0, real: noon }));
    expect(clock.time(61e9)).toBe(new Date(noon / 1000 + 61000).toTimeString().slice(0, 8));
  });
  it('notices that the machine slept or the clock was set', () => {
    let real = noon;
    let boot = 10e9;
    const clock = openClock(() => ({ boot, real }));
    expect(clock.iso(10e9)).toBe('2026-01-31T12:00:00.000000Z');
    [boot, real] = [3610e9, noon + 3600e6 + 5e6];
    expect(clock.iso(3610e9)).toBe('2026-01-31T13:00:05.000000Z');
  });
  it('compares once a second of events at most', () => {
    let comparisons = 0;
    const clock = openClock(() => ({ boot: 0 * ++comparisons, real: noon }));
    for (let boot = 0; boot <= 2e9; boot += 1e6) clock.micros(boot);
    expect(comparisons).toBe(2);
  });
  it('runs without native code', () => {
    const [before, now, after] = [Date.now(), openClock().micros(Number(process.hrtime.bigint())), Date.now()];
    expect(now / 1000).toBeGreaterThan(before - 100);
    expect(now / 1000).toBeLessThan(after + 100);
  });
});
