import { describe, expect, it } from 'vitest';
import { asNobody, powerless, withoutBtf } from './harness/rights.ts';
import { run } from './harness/tool.ts';

const asRoot = 'run it as root, for example with sudo';
const types = 'this kernel has no type information (BTF): /sys/kernel/btf/vmlinux is missing';
const otherKernel = 'use a kernel built with CONFIG_DEBUG_INFO_BTF=y, as most distributions have it since 2021';

const situations = [
  ['nobody', asNobody, 77, 'no permission to load BPF programs: user nobody lacks CAP_BPF and CAP_PERFMON', asRoot],
  [
    'root without the rights',
    powerless,
    77,
    'no permission to load BPF programs: user root lacks CAP_BPF and CAP_PERFMON',
    asRoot,
  ],
  ['a kernel without BTF', withoutBtf, 69, types, otherKernel],
] as const;

describe.each(situations)('%s', (_, under, exitCode, cause, remedy) => {
  it.each([[[]], [['-x', '--json']], [['--plan', 'raw_tp']]])('execsnoop %j says why and what to do', async (args) => {
    const { status, stdout, stderr } = await run(['execsnoop', ...args], { under });
    expect(stderr).toBe(`execsnoop: ${cause}\nexecsnoop: ${remedy}\n`);
    expect({ status, stdout }).toEqual({ status: exitCode, stdout: '' });
  });

  it('doctor says the same sentence, of the machine and of every way of the tool', async () => {
    const { status, stdout, stderr } = await run(['doctor', '--json'], { under });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { checks, tools } = JSON.parse(stdout);
    const name = exitCode === 77 ? 'capabilities' : 'btf';
    expect(checks).toContainEqual({ name, state: 'missing', detail: cause, remedy });
    const { observations } = tools.find(({ name }: { name: string }) => name === 'execsnoop');
    expect(observations).toEqual(
      [
        ['exec', ['tp_btf', 'raw_tp']],
        ['failed', ['raw_tp', 'tracepoint']],
      ].map(([observation, ways]) => ({
        observation,
        plan: null,
        alternatives: (ways as string[]).map((alternative) => ({ alternative, works: false, cause, remedy })),
      })),
    );
  });

  it('doctor says it in its text, too', async () => {
    const { stdout } = await run(['doctor'], { under });
    const text = stdout.replaceAll(/\s+/g, ' ');
    const check = exitCode === 77 ? 'capabilities' : 'btf';
    expect(text).toContain(` ${check} no ${cause} ${remedy} `);
    for (const what of ['exec', 'failed']) {
      expect(text).toContain(`execsnoop ${what} no way to observe it here ${cause} ${remedy} `);
    }
  });

  it('what is wrong with the options is said first', async () => {
    const { status, stderr } = await run(['execsnoop', '--columns', 'nothing'], { under });
    expect(stderr).toMatch(/^execsnoop: columns: unknown column "nothing"/);
    expect(status).toBe(2);
  });
});

it('without rights, doctor does not claim to know what it could not look at', async () => {
  const { stdout } = await run(['doctor', '--json'], { under: asNobody });
  const { checks } = JSON.parse(stdout);
  const state = Object.fromEntries(
    checks.map(({ name, state, detail }: Record<string, string>) => [name, `${state}: ${detail}`]),
  );
  for (const name of ['kprobes', 'fentry', 'tracepoints', 'raw tracepoints', 'btf tracepoints', 'xdp', 'lsm']) {
    expect(state[name], name).toBe('unknown: not probed without permission');
  }
  expect(state.tracefs).toMatch(/^(unknown: not probed without permission|ok: mounted at \/.*)$/);
  expect(state.user).toBe('ok: nobody');
  expect(state.btf).toBe('ok: /sys/kernel/btf/vmlinux is there');
});

it('help, lists and schemas need no rights', async () => {
  for (const args of [['--help'], ['execsnoop', '--help'], ['list'], ['schema', 'execsnoop'], ['--version']]) {
    expect(await run(args, { under: asNobody })).toMatchObject({ status: 0, stderr: '' });
  }
});
