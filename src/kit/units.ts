export interface Range {
  readonly min?: number;
  readonly max?: number;
}
/** '16M', '512K', '1GiB', '4096' -> bytes (K, M, G are powers of 1024). @throws UsageError `${what}: …` */
export declare function parseBytes(text: string, what: string, range?: Range): number;
/** '500ms', '10s', '1.5m', '2h', '1d', or seconds without a unit -> milliseconds. */
export declare function parseDuration(text: string, what: string, range?: Range): number;
/** A whole decimal number. */
export declare function parseCount(text: string, what: string, range?: Range): number;
/** A regular expression of the command line. */
export declare function parseRegex(text: string, what: string): RegExp;
