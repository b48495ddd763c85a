import { describe, expect, it } from 'vitest';
import { loadTool, tools } from '../../src/registry.ts';
import { claim, planOf } from '../vm/plans.ts';
import { expectGone, recordsOf } from './harness/observe.ts';
import { start } from './harness/tool.ts';
import { heldBy } from './loader/witness.ts';
import { type Cause, causes } from './plans/causes.ts';

// npm run test:kernels -- 6.1 execsnoop
const wanted = process.env.EBPF_KIT_TOOLS?.split(',').filter(Boolean) ?? [];
const names = tools.map(({ name }) => name).filter((name) => wanted.length === 0 || wanted.includes(name));

for (const name of names) {
  const tool = await loadTool(name);
  const { object } = tool;
  const plan = planOf(tool);
  describe.each(Object.entries(plan))(`${name}: %s`, (observation, ways) => {
    it.each(Object.entries(ways))('through %s', async (way, hooks) => {
      const programs = hooks.map((hook) => (typeof hook === 'string' ? hook : hook.program));
      const sections = programs.map((program) => object.programs[program]);
      await force(name, observation, way, sections, causes[name][observation]);
    });
  });
}

/** Insists on one way, and looks that an event comes through it; or that it is refused in time, and with a reason. */
async function force(name: string, observation: string, way: string, sections: readonly string[], cause: Cause) {
  const { works, refused, accepted } = claim(name, observation, way, sections);
  await cause.before?.();
  const tool = start([name, '-v', '--json', '--ready-fd', '3', '--plan', way, ...cause.args], { under: cause.under });
  const end = await tool.ready.then(
    () => undefined,
    () => tool.end,
  );
  if (end) {
    const [said] = end.stderr.split('\n');
    refused(said);
    expect(end, end.stderr).toMatchObject({ status: 69, stdout: '' });
    expect(said).toMatch(new RegExp(`^${name}: [^:]`));
    return;
  }
  const held = cause.once ? [] : heldBy(tool.pid);
  const expected = works ? await cause.happen(way) : {};
  const { status, stdout, stderr } = await tool.stop();
  accepted();
  expect(status, stderr).toBe(0);
  expect(stderr.split('\n')).toContainEqual(expect.stringMatching(`^${name}: ${observation}( \\S+)?: through ${way}$`));
  expect(recordsOf(stdout)).toContainEqual(expect.objectContaining(expected));
  await expectGone(held);
}
