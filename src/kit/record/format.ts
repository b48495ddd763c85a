import type { Clocks } from '../../host/clock.ts';

/**
 * What stands in a recording: lines of JSON, so that whoever has `zcat` and `jq` can read it in ten years. The first
 * line is the header, then one line tells the fields, and each line of events is held against these. A reader leaves
 * out lines and members that it does not know; what it would misunderstand has another number of the format.
 */

/** It changes when a reader of the old format could misunderstand the new one. */
export const FORMAT = 1;

/** The first line. */
export interface Header {
  readonly recording: number;
  /** Version of ebpf-kit. */
  readonly ebpf_kit: string;
  readonly tool: string;
  /** The `type` of the events in --json. */
  readonly type: string;
  /** They are the counts of --count. */
  readonly counting: boolean;
  /** The tool's own options, as options-text.ts writes them. */
  readonly options: unknown;
  readonly machine: Machine;
  /** When it began: RFC 3339. */
  readonly began: string;
  /** The same, ns since boot, as the events have it. */
  readonly start: number;
  /** What was observed → how. */
  readonly plan: Readonly<Record<string, string>>;
}

/** Where it was recorded. */
export interface Machine {
  readonly hostname: string;
  readonly system: string;
  readonly kernel: string;
  readonly kernel_build: string;
  readonly arch: string;
  readonly cpus: number;
  readonly boot_id: string | null;
  readonly time_zone: string;
}

/** One value of an event: a field of it, or what only the recording machine could make of it. */
export interface FieldInfo {
  readonly name: string;
  /** int, float, bool, string, strings; ints and object are kept, but not shown. */
  readonly type: string;
  /** As in bpf/include/types.h, without _t. */
  readonly meaning?: string;
  readonly doc?: string;
}

/** All other lines have one of these members. */
export interface Line {
  /** Another recording begins here, which is none of this one's: the files were put together. */
  readonly recording?: number;
  /** What each event is: first its fields, then what they meant on that machine (names of users, of functions, …). */
  readonly fields?: readonly FieldInfo[];
  readonly resolved?: readonly FieldInfo[];
  /** Two clocks at one moment: it holds for the events behind it. */
  readonly clock?: Clocks;
  /** The values of each event, in the order of fields and resolved. */
  readonly events?: readonly (readonly unknown[])[];
  /** So many more events were lost. */
  readonly lost?: number;
  /** The last line. */
  readonly end?: { readonly events: number; readonly lost: number; readonly duration_ms: number };
}
