import { monotonic } from '../../host/monotonic.ts';
import type { KitError } from '../errors.ts';
import { ExitCode } from '../errors.ts';
import { type Losses, LossReport, noLosses } from './loss-report.ts';
import { type Begun, type Control, type Ended, KINDS, type Outcome, type Part } from './parts.ts';
import { endOnSignals, type Signals } from './signals.ts';

/** A run and its parts: hands on to them what happens, and does what they ask for. From its making on, signals end it. */
export class Running<E> implements Control {
  readonly tell: (message: string) => void;
  readonly #end = new AbortController();
  readonly #signals: Signals;
  readonly #losses: LossReport;
  #parts: readonly Part<E>[] = [];
  #outcomes: readonly Outcome[] = [];
  #events = 0;
  #began = monotonic();
  readonly #missing: string[] = [];
  #stopped = false;
  #failure: KitError | undefined;

  /**
   * @param tell takes lines for standard error
   * @param takeSignals what becomes of signals; by default they end the run
   */
  constructor(tell: (message: string) => void, takeSignals: (end: AbortController) => Signals = endOnSignals) {
    this.tell = tell;
    this.#signals = takeSignals(this.#end);
    this.#losses = new LossReport(tell);
  }

  /** Its parts, once, in the order in which they are told. */
  use(parts: readonly Part<E>[]): void {
    this.#parts = parts;
  }

  /** Aborted when it is to end. */
  get ending(): AbortSignal {
    return this.#end.signal;
  }

  /** It ends without another batch. */
  get stopped(): boolean {
    return this.#stopped;
  }

  get interrupted(): boolean {
    return this.#signals.received;
  }

  finish(): void {
    this.#end.abort();
  }

  stop(): void {
    this.#stopped = true;
    this.#end.abort();
  }

  fail(error: KitError): void {
    this.#failure ??= error;
    this.#end.abort();
  }

  /** A part has failed. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  lose(events: number, because: string): void {
    this.#losses.refuse(events, because);
  }

  miss(what: string): void {
    this.#missing.push(what);
  }

  ready(begun: Begun): void {
    this.#began = monotonic();
    for (const part of this.#parts) part.ready?.(begun);
  }

  /** Shows the parts what came, before any filter. */
  seen(batch: readonly E[]): void {
    for (const part of this.#parts) part.seen?.(batch);
  }

  /** @returns what is left of them for whoever comes behind the parts */
  events(batch: readonly E[]): readonly E[] {
    let wanted = batch;
    for (const part of this.#parts) wanted = part.events?.(wanted) ?? wanted;
    this.#events += wanted.length;
    return wanted;
  }

  /** Until all parts have room for more. */
  async settled(): Promise<void> {
    for (const part of this.#parts) await part.settled?.();
  }

  /** Says what was lost since the last time, and tells the parts. @param losses what the source of the events says */
  lost(losses: Losses): void {
    const { events, atSource } = this.#losses.sayNew(losses);
    if (events > 0) for (const part of this.#parts) part.lost?.(events, atSource);
  }

  get missing(): readonly string[] {
    return this.#missing;
  }

  /**
   * Ends all parts, says what did not come out well, and lets parts report.
   * @param duration in ms
   * @returns the exit status
   * @throws KitError what a part has failed with
   */
  async end({ duration, hungUp }: Pick<Ended, 'duration' | 'hungUp'>): Promise<number> {
    const records = this.#parts.map((part) => part.records?.() ?? '').join('');
    const ended: Ended = { events: this.#events, lost: this.#losses.said, duration, hungUp, records };
    const outcomes: Outcome[] = [];
    for (const part of this.#parts) outcomes.push(...((await part.end?.(ended)) ?? []));
    const bad = outcomes.filter(({ status }) => status !== ExitCode.ok);
    const command = bad.find(({ kind }) => kind === 'command');
    this.#outcomes = outcomes;
    if (this.#failure) throw command ? this.#failure.withStatus(command.status) : this.#failure;
    // what its command has done is not the tool's to say
    for (const { kind, message } of bad) if (kind !== 'command') this.tell(message);
    for (const part of this.#parts) await part.report?.(ended, outcomes);
    bad.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
    return bad[0]?.status ?? ExitCode.ok;
  }

  /** What became of what was to be found out, once it has ended. */
  get outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  /** Ends a run that nobody waits for a status of. */
  async finished(losses: Losses = noLosses): Promise<void> {
    this.lost(losses);
    await this.end({ duration: monotonic() - this.#began, hungUp: false });
    this.close();
  }

  /** Frees what its parts hold, and gives signals back their usual effect; idempotent. */
  close(): void {
    for (const part of this.#parts) part.close?.();
    this.#parts = [];
    this.#signals.close();
  }
}
