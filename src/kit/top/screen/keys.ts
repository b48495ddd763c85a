import { type Binding, shownKeys } from '../../screen/bindings.ts';
import type { TopControl, TopFacts, TopSettings, UnitFamily } from '../model.ts';

/** What keys do beyond changing settings. */
export interface Actions {
  change(part: Partial<TopSettings>): void;
  ask(what: 'search' | 'filter'): void;
  details(): void;
  turnPicture(): void;
  help(): void;
  deselect(): void;
}

type Groupings = Pick<TopFacts, 'what' | 'groups' | 'sorts'>;

/** The keys of a full-screen view; fingers that know top, htop, iftop or nethogs find most of theirs. */
export function topBindings(
  facts: Groupings,
  control: Pick<TopControl, 'settings' | 'end'>,
  { change, ask, details, turnPicture, help, deselect }: Actions,
): readonly Binding[] {
  const groups = facts.groups.map(([name]) => name);
  const sortBy = (step: number) => () => {
    const { sort, group } = control.settings;
    change({ sort: stepFrom(facts.sorts(group), sort, step) });
  };
  const groupBy = (step: number) => () => change({ group: stepFrom(groups, control.settings.group, step) });
  const flip = (part: 'reverse' | 'paused' | 'idle') => () => change({ [part]: !control.settings[part] });
  const numbers = facts.groups
    .slice(0, 9)
    .map(([group, doc], i): Binding => ({ keys: [`${i + 1}`], doc, run: () => change({ group }) }));
  return [
    { keys: ['?', 'h'], word: 'help', doc: 'help: the keys, and what the columns say', run: help },
    { keys: ['q'], word: 'quit', doc: 'ends it, as Ctrl-C does', run: () => control.end() },
    { keys: ['s', '>'], shown: 's', word: 'sort', doc: 'sorts by the next column; also >', run: sortBy(1) },
    { keys: ['S', '<'], doc: 'sorts by the column before; also <', run: sortBy(-1) },
    { keys: ['r', 'R', 'I'], word: 'reverse', doc: 'turns the order round', run: flip('reverse') },
    { keys: ['g', 'tab'], word: 'group', doc: `folds ${facts.what} in the next way`, run: groupBy(1) },
    { keys: ['G', 'backtab'], doc: 'folds them in the way before', run: groupBy(-1) },
    ...numbers,
    { keys: ['/'], word: 'search', doc: 'only rows that show this text', run: () => ask('search') },
    {
      keys: ['f', '\\'],
      word: 'filter',
      doc: `only ${facts.what} for which a CEL expression is true`,
      run: () => ask('filter'),
    },
    {
      keys: ['p', 'P', ' '],
      shown: 'p',
      word: 'pause',
      doc: 'holds the picture, while counting goes on; also Space',
      run: flip('paused'),
    },
    {
      keys: ['b'],
      word: 'bits',
      doc: 'bytes or bits',
      run: () => change({ units: turned(control.settings.units, 'bits') }),
    },
    {
      keys: ['u'],
      word: 'units',
      doc: 'powers of 1000 or of 1024',
      run: () => change({ units: turned(control.settings.units, 'si') }),
    },
    { keys: ['v'], word: 'view', doc: 'last column: the recent intervals, or the share of all', run: turnPicture },
    {
      keys: ['+', '=', '-', '_'],
      shown: '+ -',
      doc: 'more time between two readings, or less',
      run: (key) => change({ interval: nextInterval(control.settings.interval, key === '+' || key === '=') }),
    },
    { keys: ['i'], word: 'idle', doc: `also ${facts.what} that were silent`, run: flip('idle') },
    {
      keys: ['up', 'down', 'j', 'k', 'pageup', 'pagedown', 'home', 'end'],
      shown: 'Up Down',
      doc: 'marks a row, and scrolls; also j, k, PageUp, PageDown, Home, End',
      run: () => {},
    },
    { keys: ['enter'], shown: 'Enter', doc: 'all that is known of the marked row', run: details },
    { keys: ['escape'], shown: 'Esc', doc: 'takes the mark away, then the search, then the filter', run: deselect },
    { keys: ['ctrl-l'], shown: 'Ctrl-L', doc: 'draws the screen anew', run: () => {} },
  ];
}

/** All keys, and what each does. */
export function keysHelp(facts: Groupings): (readonly [keys: string, doc: string])[] {
  const none = () => {};
  const actions = { change: none, ask: none, details: none, turnPicture: none, help: none, deselect: none };
  const control = { settings: {} as TopSettings, end: none };
  return topBindings(facts, control, actions).map((binding) => [shownKeys(binding), binding.doc]);
}

/** ms */
const INTERVALS = [200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

/** The next longer one of the list, or the next shorter one. */
function nextInterval(now: number, longer: boolean): number {
  return (longer ? INTERVALS.find((ms) => ms > now) : INTERVALS.findLast((ms) => ms < now)) ?? now;
}

/** The next one, or the one before, round and round. */
function stepFrom(names: readonly string[], name: string, step: number): string {
  const at = names.indexOf(name);
  if (at < 0) return names[0] ?? name;
  return names[(at + step + names.length) % names.length];
}

/** The other of two: bits or bytes, powers of 1000 or of 1024. */
function turned(units: UnitFamily, what: 'bits' | 'si'): UnitFamily {
  const [base, amount] = units.split('-');
  if (what === 'si') return `${base === 'si' ? 'bin' : 'si'}-${amount}` as UnitFamily;
  return `${base}-${amount === 'bits' ? 'bytes' : 'bits'}` as UnitFamily;
}
