// @module-tag anywhere
import { describe, expect, it, vi } from 'vitest';
import { openFlowtop, openWorld, quit, shows } from './harness/flowtop-screen.ts';
import type { Terminal } from './harness/terminal.ts';
import { runOn } from './harness/terminal-run.ts';
import { PATIENCE } from './harness/tool.ts';

describe('the terminal', () => {
  it('of 80 columns has room for all that matters, and a sparkline', async () => {
    const { terminal, running } = await openFlowtop({ columns: 80 });
    const lines = await terminal.until((shown) => shown.some((text) => /alpha .*[▁▂▃▄▅▆▇█]/.test(text)));
    expect(lines[1]).toMatch(/^PID +COMM +PROTO LPORT RADDR:RPORT +TX\/s +RX\/s RTT\(ms\) +RECENT$/);
    for (const text of lines) expect(text.length).toBeLessThanOrEqual(80);
    await quit(terminal, running);
  });

  it('may have any size', async () => {
    const { terminal, running } = await openFlowtop();
    await terminal.until(shows('alpha', 'beta'));
    for (const [columns, rows] of [
      [1, 1],
      [3, 2],
      [40, 5],
      [300, 60],
      [132, 24],
    ] as const) {
      await terminal.resize(columns, rows);
      await terminal.until((lines) => lines.length === rows && (rows < 5 || /^flowtop /.test(lines[0])));
    }
    await terminal.until(shows('alpha', 'beta'));
    await quit(terminal, running);
  });

  it.each([
    ['Ctrl-C', (terminal: Terminal) => terminal.press('C-c')],
    ['SIGTERM', async (_: Terminal, pid: number) => void process.kill(pid, 'SIGTERM')],
    ['SIGHUP', async (_: Terminal, pid: number) => void process.kill(pid, 'SIGHUP')],
  ])('is given back after %s', async (_, end) => {
    const { terminal, flowtop } = await openWorld();
    const running = await runOn(terminal, flowtop, /^flowtop \d\d:/);
    await end(terminal, await terminal.program());
    const lines = await running.ended();
    expect(lines.join('\n')).toMatch(/^flowtop: \d+\.\d s, none lost\nstatus 0$/m);
  });

  it('is given back by Ctrl-Z, and taken again by fg', async () => {
    const { terminal, flowtop } = await openWorld();
    await terminal.enter(flowtop);
    await terminal.until(/^flowtop \d\d:/);
    await terminal.press('C-z');
    await terminal.until(/^\[1\].*Stopped/m);
    expect(await terminal.alternate()).toBe(false);
    await terminal.enter('fg');
    await terminal.until(/^flowtop \d\d:/);
    await terminal.press('q');
    await terminal.until(/^flowtop: .*none lost\n\$$/m);
  });

  it('that goes away takes it along', async () => {
    const { terminal, flowtop } = await openWorld();
    await terminal.enter(flowtop);
    await terminal.until(/^flowtop \d\d:/);
    const [pid, server] = [await terminal.program(), await terminal.server()];
    process.kill(server, 'SIGKILL');
    const look = () => expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await vi.waitFor(look, { timeout: PATIENCE, interval: 20 });
  });

  it.each([
    ['has colours', {}, ['\x1b[36m', '\x1b[7m']],
    ['with NO_COLOR has none, but what is marked', { NO_COLOR: '1' }, ['\x1b[7m']],
  ])('%s', async (_, env, marks) => {
    const { terminal, running } = await openFlowtop({ env });
    await terminal.until((shown) => shown.some((text) => /alpha .*[▁▂▃▄▅▆▇█]/.test(text)));
    await terminal.press('Down');
    await terminal.until(/^flowtop/);
    const text = (await terminal.painted()).join('\n');
    expect(['\x1b[36m', '\x1b[7m'].filter((mark) => text.includes(mark))).toEqual(marks);
    await quit(terminal, running);
  });

  it('without UTF-8 gets ASCII', async () => {
    const { terminal, running } = await openFlowtop({ env: { LANG: 'C' } });
    await terminal.until((shown) => shown.some((text) => / alpha .* #/.test(text)));
    await quit(terminal, running);
  });

  it('that cannot move its cursor gets tables', async () => {
    const { terminal, flowtop } = await openWorld();
    await terminal.enter(`TERM=dumb ${flowtop} --count 2; echo "status $?"`);
    const lines = await terminal.until(/^status 0$/m);
    expect(lines.filter((text) => text.startsWith('PID '))).toHaveLength(2);
  });

  it('is never touched where the command line is wrong', async () => {
    const { terminal, flowtop } = await openWorld();
    await terminal.enter(`${flowtop} --by nothing; echo "status $?"`);
    await terminal.until(/^flowtop: --by: there is no "nothing"(.*\n)+status 2$/m);
    expect(await terminal.alternate()).toBe(false);
  });
});
