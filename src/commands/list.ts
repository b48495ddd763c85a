import { print } from '../kit/say.ts';
import { tools } from '../registry.ts';

/** `ebpf-kit list`: every tool with its subject and summary. */
export function list({ json }: { readonly json?: boolean }): void {
  const width = Math.max(...tools.map(({ name }) => name.length));
  for (const { name, group, summary } of tools) {
    print(
      json ? `${JSON.stringify({ v: 1, name, group, summary })}\n` : `${name.padEnd(width)}  ${summary} (${group})\n`,
    );
  }
}
