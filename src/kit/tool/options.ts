import { parseCount } from '../units.ts';

/** One option of a tool: the same for the command line and the library. */
export interface OptionSpec<T> {
  /** As commander writes them: '-u, --uid <user>'. The long name in camelCase is the option's key. */
  readonly flags: string;
  /** One line for help. */
  readonly doc: string;
  /** Another short flag with the same meaning: '-p'. */
  readonly alias?: string;
  readonly default?: T;
  /** It may be given more than once: its value is the list of all. */
  readonly several?: boolean;
  /** Left out: the option takes no argument. @throws UsageError */
  parse?(text: string): T;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

/** What a tool is handed: every option, with its default where it was not given. */
export type OptionsOf<S extends OptionSpecs> = {
  readonly [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : never;
};

/** An option that is on or off. */
export function flag(flags: string, doc: string): OptionSpec<boolean> {
  return { flags, doc, default: false };
}

/** An option with an argument; undefined when it was not given. */
export function option<T>(
  flags: string,
  doc: string,
  parse: (text: string) => T,
  alias?: string,
): OptionSpec<T | undefined> {
  return { flags, doc, parse, alias };
}

/** An option with an argument that may be given more than once; undefined when it was not given. */
export function several<T>(
  flags: string,
  doc: string,
  parse: (text: string) => readonly T[],
  alias?: string,
): OptionSpec<readonly T[] | undefined> {
  return { flags, doc, parse, alias, several: true };
}

/** An option with an argument and a default. */
export function setting<T>(flags: string, doc: string, parse: (text: string) => T, initial: T): OptionSpec<T> {
  return { flags, doc, parse, default: initial };
}

/** All options of a tool, with the defaults of those not given. */
export function withDefaults<S extends OptionSpecs>(specs: S, given: Partial<OptionsOf<S>>): OptionsOf<S> {
  const options: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(specs)) options[key] = given[key] ?? spec.default;
  return options as OptionsOf<S>;
}

/** The options with further short flags: key → '-d'. */
export function withShorts(specs: OptionSpecs, shorts: Readonly<Record<string, string>> = {}): OptionSpecs {
  const entries = Object.entries(specs).map(([key, spec]) => {
    const flags = shorts[key] ? `${shorts[key]}, ${spec.flags}` : spec.flags;
    return [key, { ...spec, flags }];
  });
  return Object.fromEntries(entries);
}

/** A process id on the command line; the bound is PID_MAX_LIMIT of include/linux/threads.h. */
export const parsePid = (text: string): number => parseCount(text, 'process id', { min: 1, max: 4 * 1024 * 1024 });
