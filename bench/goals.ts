import { type Comparison, type Measure, overall } from './figures.ts';
import { format, formatTable } from './render.ts';

/** A number to reach. */
interface Goal {
  readonly what: string;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  readonly unit: string;
  readonly digits: number;
  /** undefined: it was not measured. */
  value(find: Find): number | undefined;
  /** Why it is not reached, where it is not, and how that was found. */
  readonly because?: string;
}

/** All measures of a part by their key. */
type Find = (part: string, key: string) => readonly Measure[];

const of = (measures: readonly Measure[], name: string) =>
  measures.map((each) => overall(each, name)).filter((value) => value !== undefined);
const most = (values: readonly number[]) => (values.length > 0 ? Math.max(...values) : undefined);
const OURS = 'ebpf-kit';
const JSON_FORM = 'ebpf-kit --json';

/** The worst of the three tools. */
function firstBeside(find: Find): number | undefined {
  const ratios = find('first', 'first').flatMap((each) => {
    const [ours, theirs] = [overall(each, OURS), overall(each, 'bpftrace')];
    return ours !== undefined && theirs ? [ours / theirs] : [];
  });
  return most(ratios);
}

function flowtopBesideNethogs(find: Find): number | undefined {
  const [each] = find('flows', 'cpu');
  const [ours, theirs] = each ? [overall(each, 'flowtop'), overall(each, 'nethogs')] : [];
  return ours !== undefined && theirs ? ours / theirs : undefined;
}

const MEMORY = { bound: 'at most', limit: 75, unit: 'MB', digits: 1 } as const;

const goals: readonly Goal[] = [
  {
    what: 'storm of open() kept under opensnoop, of its untraced rate',
    bound: 'at least',
    limit: 60,
    unit: '%',
    digits: 1,
    value: (find) => most(of(find('open', 'kept'), OURS)),
    because:
      "by samples of the processor with and without the tool (perf record -e cpu-clock, per open), an open of 1.0 µs takes 0.3 µs more: 0.07 µs the program itself, 0.05 µs each for the clock, the path and the ring, the rest for the traced way out of a system call. That would leave 75 %; what else is missing goes to the reader, who shares the processors' caches with the storm, and to whatever else the machine does.",
  },
  {
    what: 'events lost in the storms of open(), as text and JSON, to a file and a pipe',
    bound: 'at most',
    limit: 0,
    unit: '',
    digits: 0,
    value: (find) =>
      most(
        find('open', 'lost').flatMap((each) =>
          Object.keys(each.values)
            .filter((name) => name.startsWith(OURS))
            .map((name) => overall(each, name) ?? 0),
        ),
      ),
  },
  {
    what: 'reader CPU per open, text to a file',
    bound: 'at most',
    limit: 0.6,
    unit: 'µs',
    digits: 2,
    value: (find) => most(of(find('open', 'cpu'), OURS)),
  },
  {
    what: 'reader CPU per open, JSON to a file',
    bound: 'at most',
    limit: 1.2,
    unit: 'µs',
    digits: 2,
    value: (find) => most(of(find('open', 'cpu'), JSON_FORM)),
  },
  {
    what: "first event, of bpftrace's time: the worst of execsnoop, opensnoop, tcplife",
    bound: 'at most',
    limit: 0.8,
    unit: '×',
    digits: 2,
    value: firstBeside,
  },
  {
    what: 'peak memory at the first event: the most of execsnoop, opensnoop, tcplife',
    ...MEMORY,
    value: (find) => most(of(find('first', 'memory'), OURS)),
  },
  {
    what: 'peak memory as text, the most in any storm',
    ...MEMORY,
    value: (find) => most(['exec', 'open', 'connect'].flatMap((part) => of(find(part, 'memory'), OURS))),
    because:
      "Node.js takes 40 MB to do nothing, and the pages of the ring (opensnoop's 8.4 MB, the kernel's) count as the reader's, too, as soon as a storm has filled it once (VmHWM against the size of the map). A smaller ring would lose events.",
  },
  {
    what: 'iperf3 kept under flowtop, of its untraced rate',
    bound: 'at least',
    limit: 95,
    unit: '%',
    digits: 1,
    value: (find) => most(of(find('flows', 'kept'), 'flowtop')),
  },
  {
    what: "CPU of flowtop, of nethogs'",
    bound: 'at most',
    limit: 0.2,
    unit: '×',
    digits: 2,
    value: flowtopBesideNethogs,
  },
  {
    what: 'idle, of a CPU: the most of all tools',
    bound: 'at most',
    limit: 0.5,
    unit: '%',
    digits: 2,
    value: (find) =>
      most(
        find('idle', 'cpu').flatMap((each) =>
          Object.keys(each.values)
            .filter((name) => !name.includes(' of '))
            .flatMap((name) => overall(each, name) ?? []),
        ),
      ),
  },
];

/** What was to be reached, and whether it is; and why it is not. */
export function formatGoals(comparisons: readonly Comparison[]): string {
  const find: Find = (part, key) =>
    comparisons
      .filter((each) => each.part === part)
      .flatMap(({ measures }) => measures.filter((each) => each.key === key));
  const measured = goals.flatMap((goal) => {
    const value = goal.value(find);
    return value === undefined ? [] : [{ ...goal, value }];
  });
  const lines = measured.map(({ what, bound, limit, unit, digits, value }) => [
    what,
    `${bound} ${limit} ${unit}`.trim(),
    `${format(value, digits)} ${unit}`.trim(),
    reached(bound, limit, value) ? 'yes' : 'no',
  ]);
  const reasons = measured.flatMap(({ what, bound, limit, value, because }) =>
    because && !reached(bound, limit, value) ? [`- ${what}: ${because}`] : [],
  );
  if (lines.length === 0) return '';
  const table = formatTable([['numbers to reach', 'asked', 'measured', 'reached'], ...lines]);
  return [table, ...(reasons.length > 0 ? ['', ...reasons] : [])].join('\n');
}

const reached = (bound: Goal['bound'], limit: number, value: number) =>
  bound === 'at least' ? value >= limit : value <= limit;
