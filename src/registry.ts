import { tools } from './gen/index.ts';
import { UsageError } from './kit/errors.ts';
import { suggestion } from './kit/nearest.ts';
import type { AnyTool } from './kit/tool/any.ts';

/** What is known of a tool without loading it. */
export type ToolEntry = (typeof tools)[number];
export type ToolName = ToolEntry['name'];

export { tools };

/** @throws UsageError for a name that no tool has */
export async function loadTool(name: string): Promise<AnyTool> {
  const entry = tools.find((tool) => tool.name === name);
  if (!entry) {
    const names = tools.map((tool) => tool.name);
    throw new UsageError(`unknown tool "${name}"${suggestion(name, names)}`, `tools: ${names.join(', ')}`);
  }
  // Each tool is typed by its own events. The house handles them all alike, and hands each only events of its own.
  return (await entry.load()).default as unknown as AnyTool;
}
