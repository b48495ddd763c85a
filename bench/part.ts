import type { Stage } from '../test/live/harness/stage.ts';
import type { Comparison } from './figures.ts';

/** What run.mjs has made of the command line. */
export interface Options {
  readonly parts: readonly string[];
  /** Whether these are all parts. */
  readonly all: boolean;
  readonly rounds: number;
  /** How long the soak takes, min. */
  readonly minutes: number;
  /** As little of each as proves that it works. */
  readonly quick: boolean;
  readonly json: boolean;
  readonly update: boolean;
}

export interface Run extends Options {
  readonly stage: Stage;
}

/** A part of the benchmark: measures, and hands on what was measured. */
export type Part = (run: Run) => Promise<readonly Comparison[]>;
