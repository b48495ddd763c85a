import type { Outcome } from '../stream/parts.ts';
import { failed, type RunReport, totals } from './model.ts';

/** Where the library finds attributes. */
type Attributes<T> = { readonly [K in keyof T as `@${K & string}`]: T[K] };

/**
 * JUnit's XML, as Jenkins' xunit plugin has its schema (junit-10.xsd), which other readers take, too. A suite is the
 * run; a case is one thing that was checked. Where nothing was, the case is that the tool ran.
 */
export async function junitReport(report: RunReport): Promise<string> {
  const { default: XmlBuilder } = await import('fast-xml-builder');
  const builder = new XmlBuilder({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
    suppressEmptyNode: true,
    format: true,
  });
  const { tool, version, began, duration, events, lost } = report;
  const seconds = (duration / 1000).toFixed(3);
  const ran = { kind: 'command', name: 'ran to its end', status: 0, message: totals(report) } as const;
  const cases = report.outcomes.length > 0 ? report.outcomes : [ran];
  const counts = { '@tests': `${cases.length}`, '@failures': `${failed(report).length}`, '@errors': '0' } as const;
  const text: string = builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': 'ebpf-kit',
      ...counts,
      '@time': seconds,
      testsuite: {
        '@name': tool,
        ...counts,
        '@skipped': '0',
        '@time': seconds,
        '@timestamp': began.toISOString().slice(0, 19),
        properties: { property: Object.entries({ version, events, lost }).map(propertyOf) },
        testcase: cases.map((each) => caseOf(each, tool)),
      },
    },
  });
  return text.endsWith('\n') ? text : `${text}\n`;
}

const propertyOf = ([name, value]: [string, string | number]): Attributes<{ name: string; value: string }> => ({
  '@name': name,
  '@value': `${value}`,
});

function caseOf({ name, kind, status, message, events = [] }: Outcome, tool: string) {
  const known = { '@name': xmlText(name), '@classname': `ebpf-kit.${tool}`, '@time': '0' };
  if (status === 0) return known;
  const body = events.map((event) => `${xmlText(event)}\n`).join('');
  return { ...known, failure: { '@type': kind, '@message': xmlText(message), '#text': body } };
}

/** XML 1.0 has no form for these characters, not even an escape. */
function xmlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu, '\ufffd');
}
