// A view of a list, or rows with keys, for tests of the terminal: `node --import tsx sample.ts screen|keys WORD…`, where
// `orderly` sees to signals, and `flood` draws as often as it can. Keys: t throws, j rejects, x exits with 3, q ends it.
import { setImmediate, setTimeout } from 'node:timers/promises';
import { line } from '../../../src/kit/screen/line.ts';
import { type ListParts, listLines, room } from '../../../src/kit/screen/list-lines.ts';
import { openKeys } from '../../../src/kit/screen/open-keys.ts';
import { openScreen } from '../../../src/kit/screen/screen.ts';
import { selected, unselected } from '../../../src/kit/screen/selection.ts';
import { endOnSignals } from '../../../src/kit/stream/signals.ts';

const [what, ...words] = process.argv.slice(2);
const end = new AbortController();
const signals = words.includes('orderly') ? endOnSignals(end) : undefined;
const ids = Array.from({ length: 50 }, (_, i) => `row ${i + 1}`);
let keys: string[] = [];
let selection = unselected;
let page = 1;
let drawn = 0;

function press(key: string): void {
  keys = [...keys, key].slice(-20);
  selection = selected(selection, ids, page, key);
  if (key === 'q') end.abort();
  if (key === 't') throw new Error('thrown');
  if (key === 'j') void Promise.reject(new Error('rejected'));
  if (key === 'x') process.exit(3);
}

function list() {
  const screen = openScreen({
    lines(size) {
      const parts: ListParts = {
        above: [line(`pid ${process.pid}, ${size.columns}x${size.rows}`)],
        head: [line({ text: 'HEAD', style: 'bold' })],
        count: ids.length,
        row: (i) => ({ spans: [`${ids[i]} ${drawn++}`], fill: ids[i] === selection.id ? 'inverse' : undefined }),
        below: [line(`keys ${keys.join(' ')}`)],
        urgent: false,
      };
      page = room(parts, size).page;
      return listLines(parts, selection.top, size);
    },
    key(key) {
      press(key);
      screen?.draw();
    },
    gone: () => end.abort(),
  });
  return screen;
}

function rows() {
  const onKey = (key: string) => {
    console.log(`key ${key}`);
    press(key);
  };
  const claim = { take: () => console.log(`ready ${process.pid}`), release: () => console.log('released') };
  const keys = openKeys(onKey, { claim, onGone: () => end.abort() });
  if (!keys) console.log('no terminal');
  return keys && { draw() {}, close: keys.close };
}

const opened = what === 'screen' ? list() : rows();
while (opened && !end.signal.aborted) {
  opened.draw();
  if (words.includes('flood')) await setImmediate();
  else await setTimeout(60_000, undefined, { signal: end.signal }).catch(() => undefined);
}
opened?.close();
signals?.close();
console.error('ended');
