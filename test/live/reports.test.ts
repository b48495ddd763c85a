// @module-tag anywhere
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder } from './harness/folder.ts';
import { linesOf } from './harness/observe.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { type End, run, start } from './harness/tool.ts';
import { checkJunit, checkSarif, xpath } from './report/schemas.ts';

let stage: Stage;
beforeAll(() => {
  stage = openStage();
});
afterAll(() => stage.close());

/** What a traced program may call itself to make trouble in every form of report. */
const HOSTILE = ['a&b<c>"d\'', '::error::x\n| y | `z` @me ]]> %25', '\x01\x1b[2J\u202e', Buffer.of(0xff)];

/** execsnoop with these options, while a hostile program runs. */
async function traced(...options: readonly string[]): Promise<End> {
  const env = { GITHUB_STEP_SUMMARY: '', GITHUB_WORKFLOW_REF: '' };
  const args = ['execsnoop', '--ready-fd', '3', '-P', `${stage.pid}`, '--until', 'args.size() == 1', ...options];
  const tool = start(args, { env });
  await tool.ready;
  await stage.run({ file: '/bin/true', args: ['true', ...HOSTILE] });
  await stage.run({ file: '/bin/true', args: ['true'] });
  return tool.end;
}

const FAILING = ['--fail-if', 'comm == "true"', '--expect', 'pid == 1', '--expect', 'ret == 0'];

describe('--report junit', () => {
  it('is valid, and has a failure for each check that failed', async () => {
    const { stdout, status } = await traced('--report', 'junit', ...FAILING);
    expect(status).toBe(90);
    checkJunit(stdout);
    expect(xpath(stdout, 'string(//testsuite/@tests)')).toBe('3');
    expect(xpath(stdout, 'string(//testsuite/@failures)')).toBe('2');
    expect(xpath(stdout, 'count(//testcase/failure)')).toBe('2');
    expect(xpath(stdout, 'string(//testcase[1]/@name)')).toBe('--fail-if comm == "true"');
    expect(xpath(stdout, 'string(//testcase[1]/failure)')).toContain('a&b<c>');
  });

  it('is valid where nothing is checked, and where all is well', async () => {
    for (const options of [[], ['--expect', 'ret == 0', '--require-complete']]) {
      const { stdout, status, stderr } = await traced('--report', 'junit', ...options);
      expect(status, stderr).toBe(0);
      checkJunit(stdout);
      expect(xpath(stdout, 'string(//testsuite/@failures)')).toBe('0');
    }
  });
});

describe('--report sarif', () => {
  it('is valid, and has a result for each check that failed', async () => {
    const { stdout, status } = await traced('--report', 'sarif', ...FAILING);
    expect(status).toBe(90);
    const { results, tool } = checkSarif(stdout);
    expect(tool.driver.rules?.map(({ id }) => id)).toEqual(['ebpf-kit/assertion']);
    expect(results).toEqual([
      expect.objectContaining({ ruleId: 'ebpf-kit/assertion', ruleIndex: 0, level: 'error' }),
      expect.objectContaining({ ruleId: 'ebpf-kit/assertion', ruleIndex: 0, level: 'error' }),
    ]);
    expect(results?.[0].message.text).toContain('comm=true');
    expect(results?.[0].properties?.events).toHaveLength(2);
  });

  it('is valid where all is well', async () => {
    const { stdout } = await traced('--report', 'sarif', '--expect', 'ret == 0');
    expect(checkSarif(stdout)).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] });
  });
});

describe('--report github', () => {
  it('is one workflow command for each check that failed, whatever the events hold', async () => {
    const { stdout } = await traced('--report', 'github', ...FAILING);
    const lines = linesOf(stdout);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error title=ebpf-kit execsnoop::failed: --fail-if comm == "true": comm=true .*%2525/);
    expect(lines[1]).toMatch(/^::error title=ebpf-kit execsnoop::failed: --expect pid == 1: no event of 2$/);
  });

  it('is a notice where all is well, and adds to the step summary', async () => {
    const summary = `${testFolder()}/summary.md`;
    writeFileSync(summary, 'before\n');
    const env = { GITHUB_STEP_SUMMARY: summary };
    const { stdout } = await run(['execsnoop', '--duration', '1ms', '--report', 'github'], { env });
    expect(linesOf(stdout)).toEqual([
      expect.stringMatching(/^::notice title=ebpf-kit execsnoop::execsnoop: \d+ events?; /),
    ]);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### execsnoop: \d+ events?\n/);
  });
});

describe('in the log of GitHub Actions', () => {
  const words = ['bash', '-c', 'exec -a "::stop-commands::x" /bin/true "##[error]y"'];
  const shown = async (GITHUB_ACTIONS: string, ...options: readonly string[]) => {
    const args = ['execsnoop', '--columns', 'args', ...options, '--', ...words];
    return linesOf((await run(args, { env: { GITHUB_ACTIONS } })).stderr).slice(0, -1);
  };

  it('what a traced program calls itself is no workflow command', async () => {
    const [last] = (await shown('true')).slice(-1);
    expect(last).toBe('\\x3a:stop-commands::x ##\\x5berror]y');
    const assertion = await run(['execsnoop', '-o', '/dev/null', '--fail-if', 'args.size() == 2', '--', ...words], {
      env: { GITHUB_ACTIONS: 'true' },
    });
    expect(assertion.status).toBe(90);
    expect(assertion.stderr).not.toContain('##[');
    expect(assertion.stderr).toContain('##\\x5berror]y');
  });

  it('JSON is the same; elsewhere rows are as they are', async () => {
    const rows = (await shown('true', '--json')).filter((row) => row.includes('stop-commands'));
    expect(rows.at(-1)).not.toContain('##[');
    expect(JSON.parse(rows.at(-1) as string).args).toEqual(['::stop-commands::x', '##[error]y']);
    expect((await shown('')).at(-1)).toBe('::stop-commands::x ##[error]y');
  });
});

describe('--report markdown', () => {
  it('is tables, whatever the events hold', async () => {
    const { stdout } = await traced('--report', 'markdown', '--columns', 'comm,args', ...FAILING);
    const lines = linesOf(stdout);
    expect(lines[0]).toBe('### execsnoop: 2 of 3 checks failed');
    const rows = lines.filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 3 + 2 + 2);
    for (const row of rows)
      expect(
        row
          .replaceAll(/\\./g, '')
          .match(/[|`<>@]/g)
          ?.join(''),
      ).toMatch(/^\|+$/);
    expect(rows[5]).toBe('| comm | args |');
    expect(rows[7]).toContain('a&amp;b&lt;c&gt;');
  });
});

describe('reports into files', () => {
  it('stand beside the rows, all of them at once, and replace what was there', async () => {
    const folder = testFolder();
    writeFileSync(`${folder}/junit.xml`, 'x'.repeat(100_000));
    const files = { junit: 'junit.xml', sarif: 'r.sarif', markdown: 'r.md', github: 'r.txt' };
    const options = Object.entries(files).flatMap(([kind, name]) => ['--report', `${kind}=${folder}/${name}`]);
    const { stdout } = await traced(...options, ...FAILING);
    expect(linesOf(stdout)).toHaveLength(3);
    checkJunit(readFileSync(`${folder}/junit.xml`, 'utf8'));
    checkSarif(readFileSync(`${folder}/r.sarif`, 'utf8'));
    expect(readFileSync(`${folder}/r.md`, 'utf8')).toMatch(/^### execsnoop: 2 of 3/);
    expect(readFileSync(`${folder}/r.txt`, 'utf8')).toMatch(/^::error /);
  });

  it.each([
    ['junit=/nowhere/x', 1, 'writing --report junit=/nowhere/x: no such file or directory'],
    ['junit=', 2, '--report junit=: the name of the file is missing'],
    ['junti', 2, 'unknown report "junti" (did you mean "junit"?)'],
  ])('%s is refused before anything is attached', async (report, status, line) => {
    const end = await run(['execsnoop', '--report', report]);
    expect(end).toMatchObject({ status, stdout: '' });
    expect(linesOf(end.stderr)[0]).toBe(`execsnoop: ${line}`);
  });

  it('that cannot be written are a failure', async () => {
    const end = await traced('--report', 'junit=/dev/full');
    expect(end.status).toBe(1);
    expect(end.stderr).toContain('execsnoop: writing --report junit=/dev/full: no space left on device\n');
    expect(existsSync('/dev/full')).toBe(true);
  });
});
