import { readFileSync } from 'node:fs';
import { pickColumns } from '../kit/columns/columns.ts';
import { column } from '../kit/columns/typed-columns.ts';
import { UsageError } from '../kit/errors.ts';
import { openWriter } from '../kit/output/open.ts';
import { print, say } from '../kit/say.ts';
import { escapeText } from '../kit/text.ts';
import { compileRules } from '../rules/compile.ts';
import type { Rule } from '../rules/model.ts';
import { type Explained, openExplainer } from './explain.ts';
import { parsePacket } from './packet-text.ts';
import { isCapture, readCapture } from './pcap.ts';

/** A packet, as --explain shows it. */
interface Row extends Explained {
  readonly number: number;
  readonly isCut: boolean;
}

const columns = {
  number: column({
    head: 'NR',
    width: 5,
    align: 'right',
    type: 'int',
    doc: 'number of the packet, from 1 on',
    value: ({ number }: Row) => number,
  }),
  verdict: column({
    head: 'VERDICT',
    width: 7,
    type: 'string',
    nullable: true,
    doc: 'drop or pass; null: it cannot be told',
    value: ({ rule, untold }: Row) => (untold ? null : rule ? 'drop' : 'pass'),
    alert: (verdict) => verdict === 'drop',
  }),
  packet: column({
    head: 'PACKET',
    width: 40,
    type: 'string',
    doc: 'what the program takes it for',
    value: ({ packet, isCut }: Row) => (isCut ? `${packet} (cut by the capture)` : packet),
  }),
  rule_number: column({
    head: 'RULE',
    width: 4,
    align: 'right',
    type: 'int',
    nullable: true,
    doc: 'number of the rule that decides, from 1 on; null: none does',
    value: ({ rule }: Row) => rule?.number ?? null,
  }),
  rule: column({
    head: 'DECIDED BY',
    width: 20,
    type: 'string',
    nullable: true,
    doc: 'this rule; or why it cannot be told',
    value: ({ rule, untold }: Row) => untold ?? rule?.text ?? null,
    text: (text, { rule }) => (rule?.assumed.length ? `${text} (assumed: ${rule.assumed.join(' and ')})` : `${text}`),
  }),
  assumed: column({
    head: 'ASSUMED',
    width: 12,
    type: 'string',
    nullable: true,
    doc: 'conditions of it that one packet does not tell, and that are taken for met: rate, percent',
    value: ({ rule }: Row) => rule?.assumed.join() || null,
  }),
};

/**
 * Says for each packet which rule would decide about it.
 * @param sources packets as text or in hexadecimal, and names of capture files
 * @returns the exit status
 * @throws UsageError, BpfError
 */
export async function explainPackets(rules: readonly Rule[], sources: readonly string[], form: Form): Promise<number> {
  const compiled = compileRules(rules);
  const frames = sources.flatMap(framesOf);
  // a table says it behind the rule
  const shown = Object.keys(columns).filter((name) => form.json || form.csv || name !== 'assumed');
  const writer = await openWriter(pickColumns(columns, shown), 'explained', form);
  using explainer = openExplainer(compiled);
  print(writer.header());
  let number = 0;
  for (const { bytes, cut } of frames) {
    print(writer.rows([{ number: ++number, isCut: cut, ...explainer.explain(bytes) }]));
  }
  for (const warning of compiled.warnings) say('xdp-drop', warning);
  return 0;
}

interface Form {
  readonly json: boolean;
  readonly csv: boolean;
}

interface Frame {
  readonly bytes: Buffer;
  readonly cut: boolean;
}

function framesOf(source: string): Frame[] {
  const file = readIfThere(source);
  if (!file) return [{ bytes: parsePacket(source), cut: false }];
  if (!isCapture(file)) throw new UsageError(`${escapeText(source)}: no pcap or pcapng file`);
  return [...readCapture(file, escapeText(source))].map(({ bytes, length }) => ({ bytes, cut: bytes.length < length }));
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
