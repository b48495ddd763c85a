import type { Ended, Outcome } from '../stream/parts.ts';

/** A run that has ended, as all reports tell of it. */
export interface RunReport extends Ended {
  /** Name of the tool. */
  readonly tool: string;
  /** Version of ebpf-kit. */
  readonly version: string;
  readonly began: Date;
  readonly outcomes: readonly Outcome[];
  /** What is missing besides lost events. */
  readonly missing: readonly string[];
  /** Names of the columns, and of the first events what these say. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const failed = ({ outcomes }: RunReport): readonly Outcome[] => outcomes.filter(({ status }) => status !== 0);

/** `execsnoop: 1 of 3 assertions failed`, `execsnoop: 12 events` */
export function headline(report: RunReport): string {
  const bad = failed(report).length;
  const { tool, outcomes, events } = report;
  if (outcomes.length === 0) return `${tool}: ${number(events, 'event')}`;
  const all = number(outcomes.length, 'check');
  return `${tool}: ${bad === 0 ? `${all} passed` : `${bad} of ${all} failed`}`;
}

/** `12 events in 3.4 s, none lost` */
export function totals({ events, duration, lost }: Ended): string {
  return `${number(events, 'event')} in ${(duration / 1000).toFixed(1)} s, ${lost || 'none'} lost`;
}

/** What came of it, where its name is told beside. */
export function resultOf({ name, message }: Outcome): string {
  const [, result] = message.split(`${name}: `);
  return result ?? message.replace(`: ${name}`, '');
}

const number = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
