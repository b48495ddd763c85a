import type { FieldLayout } from '../../btf/layout.ts';
import type { Clock } from '../../host/clock.ts';
import type { Columns, NamedColumn } from '../columns/columns.ts';
import type { KitError } from '../errors.ts';
import type { openWriter } from '../output/open.ts';

/**
 * A run is composed of parts: what writes its rows, ends it, asserts on it, records it, goes on beside it. Parts know
 * nothing of where events come from: a ring buffer, a recording, or the rows of a view that is drawn anew. They are
 * told in their order, and of whole batches only, so that what nobody uses costs nothing.
 */
export interface Part<E> {
  /** Columns that it reads: they are collected though they may not be shown. */
  readonly uses?: ReadonlySet<string>;
  /** Everything is attached: what happens from now on is seen. */
  ready?(begun: Begun): void;
  /** Events as they came, before the filter. Not to be kept: most of them may not be wanted. */
  seen?(events: readonly E[]): void;
  /** Those that are wanted. @returns fewer of them, if the parts behind this one are to be told of fewer */
  events?(events: readonly E[]): readonly E[] | undefined;
  /**
   * So many more events were lost, which has been said.
   * @param atSource those of them that have not even come to `seen`
   */
  lost?(events: number, atSource: number): void;
  /** Asked where nothing is lost while one waits: resolves when there is room for more. */
  settled?(): Promise<void>;
  /** There are no more events. @returns what else it has to tell in the output's form: records of other types */
  records?(): string;
  /** After that. @returns what became of what it was to find out */
  end?(ended: Ended): Promise<readonly Outcome[]> | readonly Outcome[];
  /** All outcomes are known. */
  report?(ended: Ended, outcomes: readonly Outcome[]): Promise<void> | undefined;
  /** Frees what it holds, whatever has happened; after that it is told nothing. */
  close?(): void;
}

/** How a run has begun. */
export interface Begun {
  /** The moment from which everything was attached, ns since boot. */
  readonly start: number;
  /** The same, of the wall clock. */
  readonly date: Date;
  /** What is observed → the alternative of the plan that was taken. */
  readonly plan: Readonly<Record<string, string>>;
}

/** How a run has ended. */
export interface Ended {
  /** Events that came through to its last part. */
  readonly events: number;
  /** Events that were lost, as was said. */
  readonly lost: number;
  /** From the moment when everything was attached, ms. */
  readonly duration: number;
  /** The reader of standard output is gone. */
  readonly hungUp: boolean;
  /** What parts have to tell before the closing record. */
  readonly records: string;
}

/** Where several outcomes have a status, the one of the kind that stands first here is the command's. */
export const KINDS = ['command', 'interface', 'assertion', 'timeout', 'incomplete'] as const;

/** One thing that was to be found out, and what came of it. */
export interface Outcome {
  readonly kind: (typeof KINDS)[number];
  /** What it is, as on the command line: `--fail-if 'comm == "curl"'`. */
  readonly name: string;
  /** The exit status that it asks for; 0: all is well. */
  readonly status: number;
  /** What came of it, in one line; said where the status is not 0. */
  readonly message: string;
  /** Some of the events that it was about, as text. */
  readonly events?: readonly string[];
}

/** What a part can do to its run. */
export interface Control {
  /** Ends it in order: what has happened up to now is still read, and told. */
  finish(): void;
  /** Ends it with the batch that is being told. */
  stop(): void;
  /** Ends it with this error, once all parts have ended. */
  fail(error: KitError): void;
  /** So many events were lost on their way. @param because ends the sentence: `because the disk is too slow` */
  lose(events: number, because: string): void;
  /** Something else is missing in what the run tells: that counts for --require-complete. @param what `2 events not written` */
  miss(what: string): void;
  /** What is missing so far, besides lost events. */
  readonly missing: readonly string[];
  /** One line to standard error. */
  tell(message: string): void;
  /** A signal has come: the end must not wait for anybody. */
  readonly interrupted: boolean;
}

/** The events of a run, and what their columns make of them. */
export interface View<E> {
  /** Name of the tool. */
  readonly tool: string;
  /** The `type` of the events in JSON. */
  readonly type: string;
  /** They are counts, and come at the end. */
  readonly counting: boolean;
  /** Writes them, if not as lines one after the other. */
  readonly openWriter?: typeof openWriter;
  readonly all: Columns<E>;
  /** The columns that were picked. */
  readonly columns: readonly NamedColumn<E>[];
  /** Names of those that a table has by default. */
  readonly usual: ReadonlySet<string>;
  /** The fields of an event; left out: they are known when one has come. */
  readonly fields?: Readonly<Record<string, FieldLayout>>;
  /** The tool's own options, parsed. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
}

/**
 * Makes a part, before anything is attached; undefined: it is not asked for.
 * @throws UsageError for options that make no sense with these columns
 */
export type PartMaker<E> = (view: View<E>, control: Control) => Part<E> | undefined | Promise<Part<E> | undefined>;
