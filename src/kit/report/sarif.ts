import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import type { Outcome } from '../stream/parts.ts';
import { failed, type RunReport, totals } from './model.ts';

/** SARIF 2.1.0 (OASIS): one run, a rule for each kind of check, a result for each one that failed. */
export function sarifReport(report: RunReport): string {
  const { tool, version, began, duration, outcomes, lost } = report;
  const bad = failed(report);
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))];
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ebpf-kit', semanticVersion: version, rules: kinds.map((kind) => ruleOf(kind)) } },
        invocations: [
          {
            executionSuccessful: true,
            startTimeUtc: began.toISOString(),
            endTimeUtc: new Date(began.getTime() + duration).toISOString(),
            toolExecutionNotifications: [
              { level: lost > 0 ? 'warning' : 'note', message: { text: `${tool}: ${totals(report)}` } },
            ],
          },
        ],
        results: bad.map((outcome) => resultOf(outcome, tool, kinds)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const RULES: Readonly<Record<Outcome['kind'], string>> = {
  command: 'The traced command succeeds.',
  interface: 'Interfaces stay there.',
  assertion: 'What is asserted of the events is so.',
  timeout: 'What is waited for happens.',
  incomplete: 'No event is lost, cut or late.',
};

const ruleOf = (kind: Outcome['kind']): ReportingDescriptor => ({
  id: `ebpf-kit/${kind}`,
  shortDescription: { text: RULES[kind] },
  defaultConfiguration: { level: kind === 'incomplete' ? 'warning' : 'error' },
});

function resultOf({ kind, message, events = [] }: Outcome, tool: string, kinds: readonly Outcome['kind'][]): Result {
  return {
    ruleId: `ebpf-kit/${kind}`,
    ruleIndex: kinds.indexOf(kind),
    level: kind === 'incomplete' ? 'warning' : 'error',
    message: { text: message },
    locations: [{ logicalLocations: [{ name: tool, kind: 'module' }], ...workflowFile() }],
    ...(events.length > 0 && { properties: { events: [...events] } }),
  };
}

/** What GitHub shows a result at: the file of the workflow that has run the tool. */
function workflowFile(): Pick<Location, 'physicalLocation'> {
  const [, uri] = /^[^/]+\/[^/]+\/(.+)@/.exec(process.env.GITHUB_WORKFLOW_REF ?? '') ?? [];
  if (!uri) return {};
  return { physicalLocation: { artifactLocation: { uri: encodeURI(uri) }, region: { startLine: 1 } } };
}
