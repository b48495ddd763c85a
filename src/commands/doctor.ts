import type { Check } from '../kit/checks.ts';
import { checkFeatures } from '../kit/features.ts';
import { print } from '../kit/say.ts';
import { checkTool, type ToolReport } from '../kit/tool-report.ts';
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
  if (json) print(`${JSON.stringify({ v: 1, checks, tools: reports })}\n`);
  else print(`${[...machine(checks), '', ...reports.flatMap((report) => toolLines(report, verbose))].join('\n')}\n`);
}

function machine(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.flatMap(({ name, state, detail, remedy }) => [
    `${name.padEnd(width)}  ${MARKS[state].padEnd(2)}  ${detail}`,
    ...(remedy ? [`${' '.repeat(width + 6)}${remedy}`] : []),
  ]);
}

function toolLines({ name, observations }: ToolReport, verbose?: boolean): string[] {
  return observations.flatMap(({ observation, plan, alternatives }) => [
    `${name}: ${observation}: ${plan ? `through ${plan}` : 'no way to observe it here'}`,
    ...alternatives
      .filter(({ works }) => !works && (verbose || !plan))
      .flatMap(({ alternative, cause, remedy }) => [
        `  not through ${alternative}: ${cause}`,
        ...(remedy ? [`    ${remedy}`] : []),
      ]),
  ]);
}
