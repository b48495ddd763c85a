import type { OptionSpecs, OptionsOf } from '../tool/options.ts';

/**
 * A word behind the tool's name that changes what runs: `pingdrop set IFACE --mode drop`, `xdp-drop add IFACE RULE`.
 * The house has status, stop, list, stats and confirm by itself.
 */
export interface Verb<S, O extends OptionSpecs = OptionSpecs> {
  /** One line for help. */
  readonly summary: string;
  readonly options: O;
  /** What may stand behind the interface, as help names it: 'rule...'; left out: nothing. */
  readonly words?: string;
  /**
   * The state that the interface is to have. It comes into force as a whole.
   * @throws UsageError, and everything stays as it was
   */
  change(state: S, options: OptionsOf<O>, words: readonly string[]): S | Promise<S>;
}

/** A verb whose options the compiler knows. */
export function verb<S, O extends OptionSpecs>(declaration: Verb<S, O>): Verb<S> {
  return declaration as unknown as Verb<S>;
}

/** A key that changes what runs, on a terminal. */
export interface Key<S> {
  /** What it does, in a word or two, for help and the line that is shown at the start. */
  readonly doc: string;
  change(state: S): S;
}
