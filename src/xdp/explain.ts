import { LONGEST_RUN, runProgram, SHORTEST_RUN } from '../bpf/run.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { DEFECTS, type Rule } from '../rules/model.ts';
import { describeDecision } from './describe.ts';
import { type ExplainObject, loadExplaining } from './rules.ts';
import { WHOLE_PACKET } from './whole.ts';

/** What the program reads of packets when it explains: everything, whatever the rules need. */
const ALL = { ...WHOLE_PACKET, wanted_defects: 2 ** DEFECTS.length - 1 };

export interface ExplainedRule {
  /** From 1 on. */
  readonly number: number;
  readonly text: string;
  /** Its conditions that no single packet tells, and that are taken for met: rate, percent. */
  readonly assumed: readonly string[];
}

/** What would be done with a packet. */
export interface Explained {
  /** What the program takes the packet for. */
  readonly packet: string;
  /** The rule that would drop it; undefined: it would pass. */
  readonly rule?: ExplainedRule;
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
  const rule = group && { number: decision.rule, text: group.key, assumed: assumedOf(group.rule) };
  return { packet: describeDecision(decision), rule };
}

const assumedOf = (rule: Rule) => (['rate', 'percent'] as const).filter((each) => rule[each] !== undefined);

/** Tries one frame. @returns the rule that would drop it; undefined: it would pass @throws BpfError */
export function explainFrame(compiled: CompiledRules, frame: Uint8Array): string | undefined {
  using explainer = openExplainer(compiled);
  return explainer.explain(frame).rule?.text;
}
