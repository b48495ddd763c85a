import { type AssertionOptions, assertionsPart } from '../assert/assertions.ts';
import { untilPart } from '../assert/until.ts';
import { recordPart } from '../record/recorder.ts';
import { maxEventsPart } from './limit-parts.ts';
import type { PartMaker } from './parts.ts';
import { Running } from './running.ts';

/** What the library asks of events, as the command line does. */
export interface LibraryOptions extends AssertionOptions {
  readonly maxEvents?: number;
  readonly until?: string;
  readonly record?: string;
}

/** A run of the library: signals are its user's, and what is to be said goes to him. */
export function libraryRun({ onWarning = () => {} }: { readonly onWarning?: (message: string) => void }) {
  return new Running<object>(onWarning, () => ({ received: false, close: () => {} }));
}

export function libraryParts<E extends object>(options: LibraryOptions): readonly PartMaker<E>[] {
  const { maxEvents, until, record } = options;
  return [
    ...(record === undefined ? [] : [recordPart<E>(record)]),
    ...(maxEvents === undefined ? [] : [maxEventsPart<E>(maxEvents)]),
    ...(until === undefined ? [] : [untilPart<E>(until)]),
    assertionsPart<E>(options),
  ];
}
