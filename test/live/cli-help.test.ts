import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tools } from '../../src/gen/index.ts';
import { linesOf } from './harness/observe.ts';
import { run } from './harness/tool.ts';

/** What a command says, when all is well. */
async function said(...args: readonly string[]): Promise<string[]> {
  const { status, stdout, stderr } = await run(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return linesOf(stdout);
}

describe('ebpf-kit', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists the tools by subject, one line each', async (args) => {
    const lines = await said(...args);
    const start = lines.indexOf('Processes:');
    expect(lines[start + 1]).toMatch(/^ {2}execsnoop +new programs, with their whole command line$/);
    for (const { name } of tools) expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1);
    for (const name of ['doctor', 'list', 'schema', 'completion']) {
      expect(
        lines.filter((line) => line.startsWith(`  ${name} `)),
        name,
      ).toHaveLength(1);
    }
  });

  it.each(['--version', '-V'])('%s', async (option) => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await said(option)).toEqual([version]);
  });

  it('list: every tool with its subject', async () => {
    expect(await said('list')).toContainEqual(
      expect.stringMatching(/^execsnoop +processes +new programs, with their whole command line$/),
    );
  });

  it('list --json: one object per tool', async () => {
    const records = (await said('list', '--json')).map((line) => JSON.parse(line));
    expect(records).toEqual(tools.map(({ name, group, summary }) => ({ v: 1, name, group, summary })));
  });
});

describe.each(['doctor', 'list', 'schema', 'completion', ...tools.map(({ name }) => name)])('help of %s', (name) => {
  it('is the same whichever way it is asked for, and fits into 80 columns', async () => {
    const lines = await said(name, '--help');
    expect(lines[0]).toMatch(new RegExp(`^Usage: ebpf-kit ${name} `));
    expect(await said('help', name)).toEqual(lines);
    expect(await said(name, '-h')).toEqual(lines);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('help of execsnoop', () => {
  it('has every option, every column, the ways to attach, examples and blind spots', async () => {
    const lines = await said('execsnoop', '--help');
    const text = lines.join('\n');
    for (const option of '-T -t -x -u -q -n -l -U -C -P -M -v'.split(' ')) expect(text).toMatch(`  ${option}, --`);
    const long = 'cgroup max-args max-args-bytes columns filter json csv duration max-events ready-fd require-complete';
    for (const option of `${long} ring-size plan`.split(' '))
      expect(text).toMatch(new RegExp(`^ {2}--${option} `, 'm'));
    const { properties } = JSON.parse((await said('schema', 'execsnoop')).join('\n')).oneOf[0];
    for (const column of Object.keys(properties).slice(2)) expect(text).toMatch(new RegExp(`^ {2}${column} +\\w`, 'm'));
    expect(text).toMatch(/^Columns \(default: comm,pid,ppid,ret,args\):$/m);
    expect(text).toMatch(/^ {2}exec {4}tp_btf, raw_tp\n {2}failed {2}raw_tp, tracepoint$/m);
    expect(text).toMatch(/^Examples:\n {2}# .*\n {2}ebpf-kit execsnoop$/m);
    expect(text).toMatch(/^Blind spots:\n {2}- /m);
  });

  it('has examples that work as they stand', async () => {
    const examples = (await said('execsnoop', '--help')).filter((line) => /^ {2}ebpf-kit execsnoop/.test(line));
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const typed = example.replace(/^ {2}ebpf-kit/, '').replace(/ --duration \w+/, '');
      const { status, stderr } = await run([], {
        under: ['/bin/sh', '-c', `exec "$@" ${typed} --duration 1ms`, 'sh'],
      });
      // the service of that example need not be there
      expect(stderr, example).toMatch(/^execsnoop: (\d+ events? in |no cgroup "\/system\.slice\/cron\.service"\n)/);
      expect(status, example).toBe(stderr.includes('no cgroup') ? 2 : 0);
    }
  });
});
