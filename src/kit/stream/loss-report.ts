import { count } from '../say.ts';
import type { Session } from './session.ts';

/** What happened to the events so far. */
export interface Losses {
  /** The ring buffer was full. */
  readonly ring: number;
  /** There was no room to count it. */
  readonly uncounted: number;
  /** The kernel did not run a program because it was running already (recursion_misses). */
  readonly missed: number;
  /** They were in the ring when the time for reading the last ones was over. */
  readonly late: number;
}

/** Keeps count of lost events and says so, each loss once. */
export class LossReport {
  readonly #session: Session<object>;
  readonly #tell: (message: string) => void;
  /** Events that standard output did not take. */
  #refused = 0;
  #said = 0;

  constructor(session: Session<object>, tell: (message: string) => void) {
    this.#session = session;
    this.#tell = tell;
  }

  /** Events that were read, but found no place in standard output's backlog. */
  refuse(events: number): void {
    this.#refused += events;
  }

  /** Events lost since the start, as said last. */
  get said(): number {
    return this.#said;
  }

  /** Says what was lost since the last time. @returns how many events that is */
  sayNew(): number {
    const { ring, uncounted, missed, late } = this.#session.losses();
    const lost = ring + uncounted + missed + late + this.#refused;
    const since = lost - this.#said;
    if (since === 0) return 0;
    const reasons = [
      ring && `${ring} because the ring buffer was full (see --ring-size)`,
      uncounted && `${uncounted} because there was no room to count another kind (see --max-counts)`,
      late && `${late} because they were too many to be read before the end`,
      missed && `${missed} because the kernel skipped a program that was running already`,
      this.#refused && `${this.#refused} because the reader of standard output is too slow`,
    ];
    this.#tell(`lost ${count(since, 'event')}: so far ${reasons.filter(Boolean).join(', ')}`);
    this.#said = lost;
    return since;
  }
}
