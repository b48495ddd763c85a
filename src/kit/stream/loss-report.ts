import { count } from '../say.ts';

/** What happened to the events so far. */
export interface Losses {
  /** The ring buffer was full. */
  readonly ring: number;
  /** There was no room to count it. */
  readonly uncounted: number;
  /** The kernel did not run a program because it was running already (recursion_misses). */
  readonly missed: number;
  /** Processes of the tree that could not be watched: so many events at least. */
  readonly strays: number;
  /** They were in the ring when the time for reading the last ones was over. */
  readonly late: number;
}

export const noLosses: Losses = { ring: 0, uncounted: 0, missed: 0, strays: 0, late: 0 };

/** Keeps count of lost events and says so, each loss once. */
export class LossReport {
  readonly #tell: (message: string) => void;
  /** Events that were read and found no place, by the reason for it. */
  readonly #refused = new Map<string, number>();
  #said = 0;
  #saidOfSource = 0;

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  /** Events that were read, but found no place. @param because ends the sentence */
  refuse(events: number, because: string): void {
    this.#refused.set(because, (this.#refused.get(because) ?? 0) + events);
  }

  /** Events lost since the start, as said last. */
  get said(): number {
    return this.#said;
  }

  /**
   * Says what was lost since the last time.
   * @returns how many events that is, and how many of them nobody has seen
   */
  sayNew({ ring, uncounted, missed, strays, late }: Losses): { readonly events: number; readonly atSource: number } {
    const refused = [...this.#refused];
    const ofSource = ring + uncounted + missed + strays + late;
    const lost = ofSource + refused.reduce((sum, [, events]) => sum + events, 0);
    const since = { events: lost - this.#said, atSource: ofSource - this.#saidOfSource };
    if (since.events === 0) return since;
    const reasons = [
      ring && `${ring} because the ring buffer was full (see --ring-size)`,
      uncounted && `${uncounted} because there was no room to count another kind (see --max-counts)`,
      late && `${late} because they were too many to be read before the end`,
      missed && `${missed} because the kernel skipped a program that was running already`,
      strays && `${strays} and more because there was no room to follow another process`,
      ...refused.map(([because, events]) => `${events} ${because}`),
    ];
    this.#tell(`lost ${count(since.events, 'event')}: so far ${reasons.filter(Boolean).join(', ')}`);
    this.#said = lost;
    this.#saidOfSource = ofSource;
    return since;
  }
}
