import { readFileSync } from 'node:fs';

/** Names of the network interfaces in the namespace of this process. sysfs may show those of another one. */
export function interfaceNames(): readonly string[] {
  const [, , ...lines] = readFileSync('/proc/self/net/dev', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const name = line.slice(0, line.lastIndexOf(':')).trim();
    return name ? [name] : [];
  });
}

const names = new Map<number, string>();

/** Remembers what an interface is called, for `interfaceName`. */
export function rememberInterface({ index, name }: { readonly index: number; readonly name: string }): void {
  names.set(index, name);
}

/** The interface's name, if it was remembered; else its number. */
export const interfaceName = (index: number): string => names.get(index) ?? `${index}`;
