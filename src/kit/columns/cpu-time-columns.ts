import { column } from './typed-columns.ts';

/** CPU time as the kernel keeps it, ns. */
export interface CpuTimes {
  /** What the scheduler has measured. */
  readonly cpu_time: number;
  /** What the timer's ticks have found: rough, but it tells user and system apart. */
  readonly utime: number;
  readonly stime: number;
}

/** The measured time, divided as the ticks are: cputime_adjust() of kernel/sched/cputime.c does the same. */
function systemTime({ cpu_time, utime, stime }: CpuTimes): number {
  if (stime === 0) return 0;
  return Math.round(cpu_time * (stime / (utime + stime)));
}

const milliseconds = (head: string, doc: string, value: (event: CpuTimes) => number) =>
  column({
    head,
    width: 9,
    align: 'right',
    type: 'int',
    doc,
    value,
    text: (ns) => (Number(ns) / 1e6).toFixed(3),
  });

/** What a process has spent on CPUs, ns; ms in the table. */
export const cpuTimeColumns = {
  cpu_time: milliseconds('CPU(ms)', 'CPU time of all its threads, ns', ({ cpu_time }) => cpu_time),
  user_time: milliseconds('USER(ms)', 'CPU time in programs, ns', (event) => event.cpu_time - systemTime(event)),
  system_time: milliseconds('SYS(ms)', 'CPU time in the kernel, ns', systemTime),
};
