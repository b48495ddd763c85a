import { interfaceFacts } from '../../bpf/interface.ts';
import { interfaceNames } from '../../host/interfaces.ts';
import { UsageError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import { escapeText } from '../text.ts';
import type { Interface } from './define.ts';

/**
 * The interfaces that a command line names, in this network namespace.
 * @param words that are no interface but may have been meant: the tool's verbs
 * @throws UsageError for one that is not there, or named twice
 */
export function resolveInterfaces(names: readonly string[], words: readonly string[] = []): readonly Interface[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`interface ${escapeText(twice)} is named twice`);
  return names.map((name) => {
    const facts = interfaceFacts(name);
    if (facts) return { name, index: facts.index };
    const known = interfaceNames();
    throw new UsageError(
      `no interface "${escapeText(name)}" here${suggestion(name, [...known, ...words])}`,
      `interfaces of this network namespace: ${known.join(', ')}`,
    );
  });
}
