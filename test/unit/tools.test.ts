import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../src/kit/filter/filter.ts';
import { jsonSchema } from '../../src/kit/output/schema.ts';
import { defaultColumns, GROUPS } from '../../src/kit/tool/define.ts';
import { withDefaults } from '../../src/kit/tool/options.ts';
import { idleRun } from '../../src/kit/tool/run.ts';
import { treePlan } from '../../src/kit/tool/tree-target.ts';
import { toolCommand } from '../../src/kit/tool-command.ts';
import { loadTool, tools } from '../../src/registry.ts';

/** What holds for every tool of the house, whoever wrote it. */
describe.each(tools.map(({ name }) => name))('%s', async (name) => {
  const tool = await loadTool(name);
  const options = withDefaults(tool.options, {});
  const columns = tool.columns(options, idleRun);

  test('has the name of its file and object, and a subject', () => {
    expect(tool.name).toBe(name);
    expect(tool.object.name).toBe(name);
    expect(GROUPS).toContain(tool.group);
  });

  test('observes what its plan names, with programs of its object, each of them used', () => {
    if (tool.shape !== 'control') {
      const { observe } = tool.setup(options, () => true);
      expect(Object.keys(tool.plan)).toEqual(expect.arrayContaining([...observe]));
    }
    const plan = 'tree_members' in tool.object.maps ? { ...tool.plan, ...treePlan } : tool.plan;
    const hooks = Object.values(plan).flatMap((ways) => Object.values(ways).flat());
    const programs = new Set(hooks.map((hook) => (typeof hook === 'string' ? hook : hook.program)));
    if (tool.shape === 'control') programs.add(`${tool.program}_frags`);
    expect([...programs].sort()).toEqual(Object.keys(tool.object.programs).sort());
  });

  test('sets constants that its object has', async () => {
    const { constants } =
      tool.shape === 'control' ? tool.setup(await tool.state(options), true) : tool.setup(options, () => true);
    expect(Object.keys(tool.object.constants)).toEqual(expect.arrayContaining(Object.keys(constants)));
  });

  test('has columns that a schema and a filter can name, and shows some of them', async () => {
    expect(() => jsonSchema({ name, summary: tool.summary, type: tool.type, columns })).not.toThrow();
    const filter = await compileFilter('true', columns);
    expect([...filter.uses]).toEqual([]);
    expect(Object.keys(columns)).toEqual(expect.arrayContaining([...defaultColumns(tool, options)]));
  });

  test('has an option key for each long flag', () => {
    const command = toolCommand(tool);
    const keys = command.options.map((option) => option.attributeName());
    expect(keys).toEqual(expect.arrayContaining(Object.keys(tool.options)));
  });

  test('has examples that its own command line takes', async () => {
    for (const [example] of tool.examples) {
      const [first, ...rest] = words(example);
      expect(first).toBe(name);
      const whole = toolCommand(tool);
      const verb = whole.commands.find((each) => each.name() === rest[0]);
      const command = (verb ?? whole).exitOverride();
      // whether a user or a cgroup exists is a matter of the machine
      for (const option of command.options) option.parseArg = undefined;
      expect(command.parseOptions(verb ? rest.slice(1) : rest).unknown, example).toEqual([]);
    }
  });

  test('explains itself in lines of 80 columns', () => {
    let help = '';
    toolCommand(tool)
      .configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 })
      .outputHelp();
    expect(help).toContain('Blind spots:');
    // examples are for copying and are not wrapped
    const prose = help.split('\n').filter((line) => !line.startsWith('  ebpf-kit '));
    expect(prose.filter((line) => line.length > 80)).toEqual([]);
  });
});

/** Splits a command line as a shell would, as far as examples need it. */
function words(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare);
}
