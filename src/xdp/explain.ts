import { readFileSync } from 'node:fs';
import { LONGEST_RUN, runProgram, SHORTEST_RUN } from '../bpf/run.ts';
import { UsageError } from '../kit/errors.ts';
import { plainTable } from '../kit/output/plain-table.ts';
import { print, say } from '../kit/say.ts';
import { escapeText } from '../kit/text.ts';
import { type CompiledRules, compileRules } from '../rules/compile.ts';
import { DEFECTS, type Rule } from '../rules/model.ts';
import { describeDecision } from './describe.ts';
import { parsePacket } from './packet-text.ts';
import { isCapture, readCapture } from './pcap.ts';
import { type ExplainObject, loadExplaining } from './rules.ts';

/** What the program reads of packets when it explains: everything, whatever the rules need. */
const ALL = {
  with_vlans: true,
  with_network: true,
  with_addresses: true,
  with_transport: true,
  wanted_defects: 2 ** DEFECTS.length - 1,
};

/** What would be done with a packet. */
export interface Explained {
  /** What the program takes the packet for. */
  readonly packet: string;
  /** The rule that would drop it, and its number from 1 on; undefined: it would pass. */
  readonly rule?: { readonly number: number; readonly text: string };
  /** Why it cannot be told. */
  readonly untold?: string;
}

/** A program with these rules that is attached to nothing. */
export interface Explainer extends Disposable {
  explain(frame: Uint8Array): Explained;
}

/** @throws BpfError */
export function openExplainer(compiled: CompiledRules): Explainer {
  const object = loadExplaining(compiled, ALL);
  return {
    explain: (frame) => explainWith(object, compiled, frame),
    [Symbol.dispose]: () => object.close(),
  };
}

function explainWith(object: ExplainObject, { groups }: CompiledRules, frame: Uint8Array): Explained {
  if (frame.length < SHORTEST_RUN || frame.length > LONGEST_RUN) {
    const untold = `a frame of ${frame.length} bytes: the kernel tries ${SHORTEST_RUN} to ${LONGEST_RUN}`;
    return { packet: '-', untold };
  }
  runProgram(object.programFd('xdp_explain'), frame);
  const decision = object.lookup('decisions', 0);
  if (!decision) return { packet: '-', untold: 'the program has said nothing' };
  const group = groups[decision.rule - 1];
  return { packet: describeDecision(decision), rule: group && { number: decision.rule, text: group.key } };
}

/** Tries one frame. @returns the rule that would drop it; undefined: it would pass @throws BpfError */
export function explainFrame(compiled: CompiledRules, frame: Uint8Array): string | undefined {
  using explainer = openExplainer(compiled);
  return explainer.explain(frame).rule?.text;
}

/**
 * Says for each packet which rule would decide about it.
 * @param sources packets as text or in hexadecimal, and names of capture files
 * @returns the exit status
 * @throws UsageError, BpfError
 */
export function explainPackets(rules: readonly Rule[], sources: readonly string[]): number {
  const compiled = compileRules(rules);
  const frames = sources.flatMap(framesOf);
  using explainer = openExplainer(compiled);
  const rows = frames.map(({ bytes, cut }, i) => {
    const { packet, rule, untold } = explainer.explain(bytes);
    const decided = untold ?? (rule ? `rule ${rule.number}: ${rule.text}` : '-');
    return [
      `${i + 1}`,
      untold ? '-' : rule ? 'drop' : 'pass',
      `${packet}${cut ? ' (cut by the capture)' : ''}`,
      decided,
    ];
  });
  print(plainTable([['NR', 'VERDICT', 'PACKET', 'DECIDED BY'], ...rows]));
  for (const warning of compiled.warnings) say('xdp-drop', warning);
  return 0;
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
