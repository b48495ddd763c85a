import { stageFile } from '../test/live/harness/build.ts';
import type { Stage } from '../test/live/harness/stage.ts';
import { type Connections, PORT, WARM_PORT } from './connections.ts';
import type { Subject } from './contenders.ts';
import type { Storm } from './storm.ts';

const mark = `storm-${process.pid}`;
const warmMark = `warm-${process.pid}`;

export function execs(stage: Stage, times: number): Storm {
  const run = (word: string) => (count: number) =>
    stage.run({ file: stageFile(), args: ['stage', word], times: count });
  return {
    subject: 'execsnoop',
    what: 'execs',
    times,
    rows: 1,
    mark,
    happen: run(mark),
    warmMark,
    warm: run(warmMark),
  };
}

/**
 * Opens that fail: the cheapest there are.
 * @param rate per second; not given: as fast as they go
 */
export function opens(stage: Stage, times: number, rate?: number): Storm {
  const open = (word: string, at?: number) => (count: number) =>
    stage.run({ how: 'openat', file: `/nonexistent/${word}`, args: [], times: count, rate: at });
  const happen = open(mark, rate);
  return { subject: 'opensnoop', what: 'opens', times, rows: 1, mark, happen, warmMark, warm: open(warmMark) };
}

/** Sessions have a row for each side, connects have one. */
export function sessions(
  connections: Connections,
  times: number,
  subject: Extract<Subject, 'tcplife' | 'tcpconnect'>,
): Storm {
  return {
    subject,
    what: 'connections',
    times,
    rows: subject === 'tcplife' ? 2 : 1,
    mark: `${PORT}`,
    happen: (count) => connections.storm(PORT, count),
    warmMark: `${WARM_PORT}`,
    warm: (count) => connections.storm(WARM_PORT, count),
  };
}
