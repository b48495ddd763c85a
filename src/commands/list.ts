import { plainTable } from '../kit/output/plain-table.ts';
import { print } from '../kit/say.ts';
import { tools } from '../registry.ts';

/** `ebpf-kit list`: every tool with its subject and summary. */
export function list({ json }: { readonly json?: boolean }): void {
  if (json) for (const { name, group, summary } of tools) print(`${JSON.stringify({ v: 1, name, group, summary })}\n`);
  else print(plainTable(tools.map(({ name, group, summary }) => [name, group, summary])));
}
