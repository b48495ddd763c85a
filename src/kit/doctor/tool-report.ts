import { BpfError } from '../../bpf/error.ts';
import { BpfObject } from '../../bpf/object.ts';
import type { AnyControl } from '../control/define.ts';
import type { AnyTool } from '../tool/any.ts';
import { attachPlan, PlanError } from '../tool/attach-plan.ts';
import type { AnyStream } from '../tool/define.ts';
import { opener, preparer } from '../tool/load.ts';
import { withDefaults } from '../tool/options.ts';
import type { AnyTopTool } from '../top/define.ts';
import type { Check } from './checks.ts';
import { explain } from './explain.ts';

export interface AlternativeReport {
  readonly alternative: string;
  readonly works: boolean;
  /** Why it does not. */
  readonly cause?: string;
  readonly remedy?: string;
}

/** Which ways of one tool work on this machine. */
export interface ToolReport {
  readonly name: string;
  readonly observations: readonly {
    readonly observation: string;
    /** The way that would be used; null when there is none. */
    readonly plan: string | null;
    readonly alternatives: readonly AlternativeReport[];
  }[];
}

/** Tries every way of a tool for a moment, one by one. @param checks those of the machine: without rights nothing is tried */
export function checkTool(tool: AnyTool, checks: readonly Check[]): ToolReport {
  const blocker = checks.find(({ name, state }) => state === 'missing' && (name === 'capabilities' || name === 'btf'));
  const observations = Object.entries(tool.plan).map(([observation, ways]) => {
    const alternatives = Object.keys(ways).map((alternative) =>
      blocker
        ? { alternative, works: false, cause: blocker.detail, remedy: blocker.remedy }
        : tryAlternative(tool, observation, alternative),
    );
    return { observation, plan: alternatives.find(({ works }) => works)?.alternative ?? null, alternatives };
  });
  return { name: tool.name, observations };
}

function tryAttach(tool: AnyStream | AnyTopTool, observation: string, alternative: string): void {
  const setup = tool.setup(withDefaults(tool.options, {}), () => true);
  const plan = { [observation]: { [alternative]: tool.plan[observation][alternative] } };
  attachPlan(opener(tool, setup), plan, preparer(setup)).object.close();
}

/** Which interface takes a program in which mode is that interface's matter: none is touched here. */
function tryLoad({ object: layout, program }: AnyControl): void {
  using object = BpfObject.open(layout);
  object.setAutoload(program, true);
  object.load();
}

function tryAlternative(tool: AnyTool, observation: string, alternative: string): AlternativeReport {
  try {
    if (tool.shape === 'control') tryLoad(tool);
    else tryAttach(tool, observation, alternative);
    return { alternative, works: true };
  } catch (error) {
    const failure = error instanceof PlanError ? error.attempts[0].error : error;
    if (!(failure instanceof BpfError)) throw failure;
    const { cause, remedy } = explain(failure, tool.object);
    return { alternative, works: false, cause, remedy };
  }
}
