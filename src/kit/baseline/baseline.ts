/** What a baseline lists, each in its order, without repeats. */
export const SECTIONS = ['programs', 'writes', 'connects'] as const;
export type Section = (typeof SECTIONS)[number];

/** What a command does, as far as it is the same every time. */
export type Baseline = Readonly<Record<Section, readonly string[]>>;

/** One thing that is in one baseline only. */
export interface Difference {
  readonly section: Section;
  readonly what: string;
}

/** In code-unit order, whatever the locale. */
export function makeBaseline(found: Readonly<Record<Section, Iterable<string>>>): Baseline {
  const list = (section: Section) => [...new Set(found[section])].sort();
  return { programs: list('programs'), writes: list('writes'), connects: list('connects') };
}

/** What the second one has and the first one has not. */
export function added(before: Baseline, after: Baseline): Difference[] {
  return SECTIONS.flatMap((section) => {
    const known = new Set(before[section]);
    return after[section].filter((what) => !known.has(what)).map((what) => ({ section, what }));
  });
}

const SINGULAR: Readonly<Record<Section, string>> = {
  programs: 'runs',
  writes: 'writes',
  connects: 'connects to',
};

/** `runs /usr/bin/curl`, `writes ~/.npmrc`, `connects to example.org:443`. */
export const describeDifference = ({ section, what }: Difference): string => `${SINGULAR[section]} ${what}`;
