// @module-tag anywhere
import { expect, it, vi } from 'vitest';
import { openFlowtop, quit, shows } from './harness/flowtop-screen.ts';
import { PATIENCE, run } from './harness/tool.ts';

/** In a row that is marked: inverse, as tmux writes it, `\x1b[7m` or `\x1b[0;7m`. */
const MARKED = '7m';

it('sorts: s S < > r R I', async () => {
  const { terminal, running } = await openFlowtop();
  await terminal.until(shows('alpha', 'beta'));
  const status = (by: string) => terminal.until(new RegExp(`^flowtop .* by ${by}, every 0.2 s`));
  await status('TX');
  for (const key of ['r', 'R', 'I']) {
    await terminal.press(key);
    await terminal.until(key === 'R' ? shows('alpha', 'beta') : shows('beta', 'alpha'));
  }
  await terminal.until(/^reverse order$/m);
  await terminal.press('R');
  await terminal.press('s');
  await status('RX');
  await terminal.press('<');
  await status('TX');
  await terminal.press('>');
  await status('RX');
  await terminal.press('S');
  await status('TX');
  await quit(terminal, running);
});

it('groups: g G Tab 1 to 5', async () => {
  const { terminal, running } = await openFlowtop();
  await terminal.until(shows('alpha', 'beta'));
  for (const [key, what] of [
    ['g', 'by process'],
    ['Tab', 'by container'],
    ['4', 'by remote address'],
    ['5', 'by protocol and port'],
    ['g', 'each flow for itself'],
    ['G', 'by protocol and port'],
    ['2', 'by process'],
  ] as const) {
    await terminal.press(key);
    await terminal.until(new RegExp(`^flowtop [\\d:]+, \\d+ flows, ${what}`));
  }
  await terminal.until(/^\d+ +alpha .* 1 +0B +0B +2\.93KiB /m);
  await terminal.press('1');
  await terminal.until(/each flow for itself/);
  await quit(terminal, running);
});

it('units: b and u', async () => {
  const { terminal, running } = await openFlowtop({ words: '--by process' });
  for (const [key, amount] of [
    ['u', '3.00kB'],
    ['b', '24.0kb'],
    ['u', '23.4Kib'],
    ['b', '2.93KiB'],
  ] as const) {
    await terminal.press(key);
    await terminal.until(new RegExp(`^\\d+ +alpha .* ${amount.replace('.', '\\.')} `, 'm'));
  }
  await quit(terminal, running);
});

it('search and filter: / f Escape, and what is wrong with them', async () => {
  const { terminal, running } = await openFlowtop();
  await terminal.until(shows('alpha', 'beta'));
  await terminal.type('/BETX');
  await terminal.press('BSpace', 'a', 'Enter');
  await terminal.until(shows('beta'));
  await terminal.until(/^search: BETa$/m);
  await terminal.press('Escape');
  await terminal.until(shows('alpha', 'beta'));
  await terminal.type('ftx_bytes > 2000 && com == "alpha"');
  await terminal.press('Enter');
  const wrong =
    /^filter: unknown variable "com" at column 20 \(did you mean "comm"\?\)\nfilter: tx_bytes > 2000 && com == "alpha"$/m;
  await terminal.until(wrong);
  await terminal.press('C-w', 'C-w', 'C-w');
  await terminal.type('comm == "alpha"');
  await terminal.press('Enter');
  await terminal.until(shows('alpha'));
  await terminal.until(/^filter: tx_bytes > 2000 && comm == "alpha"$/m);
  // a prompt that is given up changes nothing
  await terminal.type('fx');
  await terminal.press('Escape');
  await terminal.until(/^\? help/m);
  await terminal.until(shows('alpha'));
  await terminal.press('Escape');
  await terminal.until(shows('alpha', 'beta'));
  await quit(terminal, running);
});

it('pause: p and Space', async () => {
  const { terminal, running, member, sends, one, words } = await openFlowtop();
  await terminal.until(shows('alpha', 'beta'));
  await terminal.press('p');
  await terminal.until(/^flowtop .* paused$/m);
  await sends(await member('gamma'), one.port, 2);
  // by now, what does not pause has seen it
  const { stdout } = await run(['flowtop', ...words.trim().split(' '), '--json', '--count', '3']);
  expect(stdout).toContain('"totals"');
  await terminal.press('r');
  await terminal.until(shows('beta', 'alpha'));
  await terminal.press('Space');
  await terminal.until(shows('beta', 'gamma', 'alpha'));
  await terminal.until((lines) => !/paused/.test(lines[0]));
  await quit(terminal, running);
});

it('marks and scrolls: arrows, PageUp, PageDown, Home, End, Enter, Escape', async () => {
  const { terminal, running, member, sends, one } = await openFlowtop({ rows: 12 });
  await terminal.until(shows('alpha', 'beta'));
  await terminal.press('Enter');
  await terminal.until(/^no row is marked: the arrows mark one$/m);
  await terminal.press('Down', 'Enter');
  await terminal.until(/^comm +alpha +/m);
  await terminal.press('x');
  await terminal.until(shows('alpha', 'beta'));
  for (let i = 0; i < 20; i++) await sends(await member('gamma'), one.port, 2);
  const first = (from: number) => terminal.until(new RegExp(`^flowtop .*, ${from}-\\d+ of 4[0-9], by`));
  await first(1);
  await terminal.press('End');
  await terminal.until(/^flowtop .*, \d\d-(\d\d) of \1, by/);
  await terminal.press('Home');
  await first(1);
  await terminal.press('PageDown', 'PageDown');
  await terminal.until(/^flowtop .*, ([89]|1\d)-\d+ of/);
  await terminal.press('PageUp', 'PageUp', 'Up');
  await first(1);
  const marked = async () => (await terminal.painted()).filter((text) => text.includes(MARKED) && text.includes('udp'));
  expect(await marked()).toHaveLength(1);
  await terminal.press('Escape');
  await vi.waitFor(async () => expect(await marked()).toEqual([]), { timeout: PATIENCE, interval: 20 });
  await quit(terminal, running);
});

it('the last column: v', async () => {
  const { terminal, running, alpha, one } = await openFlowtop();
  await terminal.until(/ RECENT$/m);
  await terminal.press('v');
  await terminal.until(/ SHARE$/m);
  // it has a share in an interval in which it sends
  const [socket, seen] = [await alpha.bind({ addr: '127.0.0.1' }), terminal.until(/^\d+ +alpha .* █+[▏▎▍▌▋▊▉]?$/m)];
  const sending = (async () => {
    while ((await Promise.race([seen, undefined])) === undefined) await alpha.sendTo(socket, one, 1000);
  })();
  await seen;
  await sending;
  await terminal.press('v');
  await terminal.until(/ RECENT$/m);
  await quit(terminal, running);
});

it('what is silent: i', async () => {
  const { terminal, running } = await openFlowtop();
  await terminal.until(shows('alpha', 'beta'));
  await terminal.press('i');
  await terminal.until(shows());
  await terminal.press('i');
  await terminal.until(shows('alpha', 'beta'));
  await quit(terminal, running);
});

it('help: ? and h name every key; Ctrl-L draws anew', async () => {
  const { terminal, running } = await openFlowtop({ rows: 60 });
  await terminal.until(shows('alpha', 'beta'));
  await terminal.press('?');
  const help = await terminal.until(/^flowtop: keys$/m);
  for (const key of [
    '?',
    'q',
    's',
    'S',
    'r',
    'g',
    'G',
    '1',
    '5',
    '/',
    'f',
    'p',
    'b',
    'u',
    'i',
    'Enter',
    'Esc',
    'Ctrl-L',
  ]) {
    expect(
      help.some((text) => text.startsWith(`  ${key} `)),
      key,
    ).toBe(true);
  }
  await terminal.press('x', 'h');
  await terminal.until(/^flowtop: keys$/m);
  await terminal.press('x', 'C-l');
  await terminal.until(shows('alpha', 'beta'));
  await quit(terminal, running);
});

it('time between two readings: + and -', async () => {
  const { terminal, running } = await openFlowtop();
  await terminal.until(shows('alpha', 'beta'));
  for (const [key, seconds] of [
    ['+', '0.5'],
    ['=', '1'],
    ['-', '0.5'],
    ['_', '0.2'],
  ]) {
    await terminal.press(key);
    await terminal.until(new RegExp(`^flowtop .*, every ${seconds} s`));
  }
  await quit(terminal, running);
});
