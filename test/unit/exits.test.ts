import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { pageSize } from '../../src/host/page-size.ts';
import { signalName } from '../../src/host/signals.ts';
import { cpuTimeColumns } from '../../src/kit/columns/cpu-time-columns.ts';
import { exitColumns } from '../../src/kit/columns/exit-columns.ts';

describe('signals', () => {
  it('have the names of this machine', () => {
    // other names of numbers that have one
    const { SIGIOT, SIGPOLL, SIGUNUSED, ...signals } = constants.signals as Record<string, number>;
    for (const [name, number] of Object.entries(signals)) expect(`SIG${signalName(number)}`).toBe(name);
    expect([SIGIOT, SIGPOLL].map(signalName)).toEqual(['ABRT', 'IO']);
  });

  it('of real time count from those that programs may use', () => {
    expect([34, 35, 64].map(signalName)).toEqual(['RTMIN', 'RTMIN+1', 'RTMIN+30']);
    expect([32, 33, 65].map(signalName)).toEqual(['32', '33', '65']);
  });
});

it('the page size is that of the C library', () => {
  expect(pageSize()).toBe(Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })));
});

describe('exit columns', () => {
  const told = (wait_status: number) =>
    Object.values(exitColumns).map(({ value }: { value(event: { wait_status: number }): unknown }) =>
      value({ wait_status }),
    );
  it.each([
    [0, [0, null, false, '0']],
    [0xff00, [255, null, false, 'code 255']],
    [9, [null, 'KILL', false, 'signal 9 (KILL)']],
    [0x8b, [null, 'SEGV', true, 'signal 11 (SEGV), core dumped']],
    [33, [null, '33', false, 'signal 33 (33)']],
  ])('wait status %i', (status, expected) => {
    expect(told(status)).toEqual(expected);
  });
});

describe('CPU time', () => {
  it.each([
    [{ cpu_time: 900, utime: 0, stime: 0 }, [900, 900, 0]],
    [{ cpu_time: 900, utime: 4000, stime: 0 }, [900, 900, 0]],
    [{ cpu_time: 900, utime: 0, stime: 4000 }, [900, 0, 900]],
    [{ cpu_time: 900, utime: 8000, stime: 4000 }, [900, 600, 300]],
    [{ cpu_time: 0, utime: 8000, stime: 4000 }, [0, 0, 0]],
  ])('%o is divided as the ticks are', (times, expected) => {
    expect(Object.values(cpuTimeColumns).map(({ value }) => value(times))).toEqual(expected);
  });
});
