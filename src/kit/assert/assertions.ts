import { ExitCode } from '../errors.ts';
import { compileFilter, type Filter } from '../filter/filter.ts';
import { count } from '../say.ts';
import type { Control, Ended, Outcome, Part, PartMaker, View } from '../stream/parts.ts';
import { type CountRange, countRangeText, type ExpectedCount } from './assertion-options.ts';
import { eventText } from './event-text.ts';

/** As the command line and the library have them. */
export interface AssertionOptions {
  readonly failIf?: readonly string[];
  readonly expect?: readonly string[];
  readonly expectCount?: readonly ExpectedCount[];
}

interface Assertion extends CountRange {
  /** As on the command line. */
  readonly name: string;
  readonly expression: string;
}

/** An assertion on its way through the events. */
interface Check<E> {
  readonly uses: ReadonlySet<string>;
  see(events: readonly E[]): void;
  outcome(ended: Ended): Outcome;
}

/** Events of which an assertion keeps the text. */
const KEPT = 10;

/** The assertions that these options name, all of them of one kind: how often an expression may be true. */
function assertionsOf({ failIf = [], expect = [], expectCount = [] }: AssertionOptions): readonly Assertion[] {
  return [
    ...failIf.map((expression) => ({ name: `--fail-if ${expression}`, expression, min: 0, max: 0 })),
    ...expect.map((expression) => ({ name: `--expect ${expression}`, expression, min: 1, max: Infinity })),
    ...expectCount.map((each) => ({ ...each, name: `--expect-count ${each.expression} ${countRangeText(each)}` })),
  ];
}

/** What was asserted of all events; undefined: nothing was. */
export function assertionsPart<E>(options: AssertionOptions): PartMaker<E> {
  return async (view, control) => {
    const checks: Check<E>[] = [];
    for (const assertion of assertionsOf(options)) checks.push(await checkOf(assertion, view, control));
    if (checks.length === 0) return undefined;
    return {
      uses: new Set(checks.flatMap(({ uses }) => [...uses])),
      events(batch) {
        for (const { see } of checks) see(batch);
        return undefined;
      },
      end: (ended) => checks.map(({ outcome }) => outcome(ended)),
    } satisfies Part<E>;
  };
}

async function checkOf<E>(assertion: Assertion, { all, columns }: View<E>, { tell }: Control): Promise<Check<E>> {
  const { name, expression, min, max } = assertion;
  const filter: Filter<E> = await compileFilter(expression, all, tell, name.split(' ')[0].slice('--'.length));
  const text = eventText(columns);
  // where there is no limit above, what matters is only whether there are enough
  const enough = max === Infinity ? min : Infinity;
  const kept: string[] = [];
  let matched = 0;
  return {
    uses: filter.uses,
    see(events: readonly E[]) {
      for (let i = 0; i < events.length && matched < enough; i++) {
        if (!filter.matches(events[i])) continue;
        matched++;
        if (matched > max && kept.length < KEPT) kept.push(text(events[i]));
      }
    },
    outcome(ended: Ended): Outcome {
      const passed = matched >= min && matched <= max;
      const status = passed ? ExitCode.ok : ExitCode.assertion;
      const told = { kind: 'assertion', name, status, events: kept } as const;
      if (passed) return { ...told, message: `passed: ${name}` };
      return {
        ...told,
        message: `failed: ${name}: ${matched > max ? tooMany(matched, max, kept) : tooFew(matched, ended)}`,
      };
    },
  };
}

/** The first event that broke it, and how many more did. */
function tooMany(matched: number, max: number, [first]: readonly string[]): string {
  const more = matched - max - 1;
  const rest = more > 0 ? ` (and ${more} more)` : '';
  return max === 0 ? `${first}${rest}` : `${count(matched, 'event')}, the first one too many: ${first}${rest}`;
}

function tooFew(matched: number, { events, lost }: Ended): string {
  const missing = lost > 0 ? `, and ${lost} lost` : '';
  return `${matched === 0 ? 'no event' : count(matched, 'event')} of ${events}${missing}`;
}
