import { ExitCode, KitError } from '../../errors.ts';
import { cellText } from '../../output/table.ts';
import { say } from '../../say.ts';
import { footer, runKey } from '../../screen/bindings.ts';
import type { Size } from '../../screen/frame.ts';
import type { Key } from '../../screen/keys.ts';
import { type Line, line } from '../../screen/line.ts';
import { listLines, room } from '../../screen/list-lines.ts';
import { openPager, type Pager } from '../../screen/pager.ts';
import { openPrompt, type Prompt } from '../../screen/prompt.ts';
import { openScreen } from '../../screen/screen.ts';
import { type Selection, selected, unselected } from '../../screen/selection.ts';
import { terminalLook } from '../../screen/terminal-kind.ts';
import type { Snapshot, TopControl, TopFacts, TopRow, TopSettings, TopView } from '../model.ts';
import { detailLines, helpLines } from './help.ts';
import { topBindings } from './keys.ts';
import type { Picture } from './table-lines.ts';
import { tableParts } from './table-parts.ts';

/**
 * The full-screen view of tools that show the world once per interval.
 * @throws KitError where there is no terminal that keys could come from
 */
export function openScreenView<E extends TopRow>(facts: TopFacts<E>, control: TopControl): TopView<E> {
  const look = terminalLook();
  const known = new Map<string, number>();
  const told = new Set<string>();
  let snapshot: Snapshot<E> | undefined;
  let ids: readonly string[] = [];
  let selection: Selection = unselected;
  let page = 1;
  let pager: Pager | undefined;
  let prompt: Prompt | undefined;
  let message = '';
  let picture: Picture = 'RECENT';

  const change = async (part: Partial<TopSettings>): Promise<boolean> => {
    try {
      message = '';
      if (part.group !== undefined) known.clear();
      await control.change(part);
      return true;
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      message = error.message;
      return false;
    } finally {
      screen?.draw();
    }
  };
  const over = (text: readonly Line[]) => {
    pager = openPager(text);
  };
  const bindings = topBindings(facts, control, {
    change: (part) => void change(part),
    ask(what) {
      prompt = openPrompt(`${what}:`, control.settings[what] ?? '', async (text) => {
        const asked = prompt;
        const taken = await change({ [what]: what === 'filter' && text.trim() === '' ? undefined : text });
        if (taken && prompt === asked) prompt = undefined;
        screen?.draw();
      });
    },
    turnPicture() {
      picture = picture === 'RECENT' ? 'SHARE' : 'RECENT';
    },
    help: () => over(helpLines(facts.name, bindings, snapshot?.columns ?? [])),
    details() {
      const row = snapshot?.rows.find(({ key }) => key === selection.id);
      const columns = Object.entries(facts.columns).map(([name, column]) => ({ ...column, name }));
      if (row) over(detailLines(columns, row, cellText));
      else message = 'no row is marked: the arrows mark one';
    },
    deselect() {
      const { search, filter } = control.settings;
      if (selection.id !== undefined) selection = unselected;
      else if (search !== '') void change({ search: '' });
      else if (filter !== undefined) void change({ filter: undefined });
    },
  });

  const key = (pressed: Key) => {
    if (pager) pager = pager.key(pressed) ? pager : undefined;
    else if (prompt) prompt = prompt.key(pressed) ? prompt : undefined;
    else {
      message = '';
      if (pressed !== 'escape') selection = selected(selection, ids, page, pressed);
      runKey(bindings, pressed);
    }
    screen?.draw();
  };

  const below = (columns: number): readonly Line[] => [
    ...(message === '' ? [] : [line({ text: message, style: 'yellow' })]),
    ...(prompt ? [prompt.line(columns)] : message === '' ? [footer(bindings, columns)] : []),
  ];
  const lines = (size: Size): readonly Line[] => {
    if (pager) return pager.lines(size);
    const ends = { below: below(size.columns), urgent: prompt !== undefined || message !== '' };
    if (!snapshot) return listLines({ ...waiting(facts.name, control.settings.interval), ...ends }, 0, size);
    const table = tableParts(facts, control.settings, snapshot, { look, known, picture });
    page = room({ ...table.heights, ...ends }, size).page;
    selection = selected(selection, ids, page);
    return listLines({ ...table.parts(selection, page, size.columns), ...ends }, selection.top, size);
  };

  const screen = openScreen({ lines, key, gone: () => control.end() }, look);
  if (!screen) throw new KitError('no terminal to read keys from', ExitCode.failure, 'take --batch or --json');
  return {
    show(next) {
      snapshot = next;
      ids = next.rows.map((row) => row.key);
      screen.draw();
    },
    say(text) {
      message = text;
      told.add(text);
      screen.draw();
    },
    close() {
      screen.close();
      // what was said on the screen has gone with it
      for (const text of told) say(facts.name, text);
      told.clear();
    },
  };
}

/** What is seen until rates are known. */
const waiting = (name: string, interval: number) => ({
  above: [line({ text: name, style: 'bold' }, `: rates are known after ${interval / 1000} s`)],
  head: [],
  count: 0,
  row: () => line(),
});
