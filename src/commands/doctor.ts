import { checkFeatures } from '../kit/doctor/features.ts';
import { checkTool, type ToolReport } from '../kit/doctor/tool-report.ts';
import { plainTable } from '../kit/output/plain-table.ts';
import { print } from '../kit/say.ts';
import { loadTool, tools } from '../registry.ts';

const MARKS = { ok: 'ok', missing: 'no', unknown: '?' } as const;

/** `ebpf-kit doctor`: what this machine can do, found out by trying. */
export async function doctor({
  json,
  verbose,
}: {
  readonly json?: boolean;
  readonly verbose?: boolean;
}): Promise<void> {
  const checks = checkFeatures();
  const reports: ToolReport[] = [];
  for (const { name } of tools) reports.push(checkTool(await loadTool(name), checks));
  if (json) return print(`${JSON.stringify({ v: 1, checks, tools: reports })}\n`);
  const machine = checks.flatMap(({ name, state, detail, remedy }) => [
    [name, MARKS[state], detail],
    ...(remedy ? [['', '', remedy]] : []),
  ]);
  print(plainTable(machine));
  print(`\n${plainTable(reports.flatMap((report) => toolRows(report, verbose)))}`);
}

/** A row for each thing that the tool observes, and below it why a way does not work. */
function toolRows({ name, observations }: ToolReport, verbose?: boolean): string[][] {
  return observations.flatMap(({ observation, plan, alternatives }) => {
    const refused = alternatives.filter(({ works }) => !works);
    const causes = new Set(refused.map(({ cause }) => cause));
    // one cause for all ways is said once
    const told = !plan && causes.size === 1 && !verbose ? refused.slice(0, 1) : plan && !verbose ? [] : refused;
    return [
      [name, observation, plan ? `through ${plan}` : 'no way to observe it here'],
      ...told.flatMap(({ alternative, cause = '', remedy }) => [
        ['', '', told.length > 1 || plan ? `not through ${alternative}: ${cause}` : cause],
        ...(remedy ? [['', '', remedy]] : []),
      ]),
    ];
  });
}
