import { ExitCode, KitError } from '../errors.ts';
import { escapeText } from '../text.ts';
import { type Baseline, makeBaseline, SECTIONS, type Section } from './baseline.ts';

/** Of the file's form: it changes when a reader of the old one could misunderstand the new one. */
const VERSION = 1;

/** What YAML takes for a string as it is, in a list of them. */
const PLAIN = /^[\w./~<][\w./~<>@%+=,*$-]*(?::[\w./~<>@%+=,*$-]+)*$/;
/** ... and for something else. */
const OTHER = /^(~|null|true|false|yes|no|on|off|[\d._]+|0[xo].*)$/i;

/** A text for people to review and for version control: YAML, of which this is all that is used. */
export function formatBaseline(baseline: Baseline): string {
  const sections = SECTIONS.map((section) => {
    const items = baseline[section];
    return `${section}:${items.length ? '' : ' []'}\n${items.map((item) => `  - ${quote(item)}\n`).join('')}`;
  });
  return `# What a command does, as seen by ebpf-kit baseline: review what changes here.\nversion: ${VERSION}\n${sections.join('')}`;
}

const quote = (text: string) => (PLAIN.test(text) && !OTHER.test(text) ? text : JSON.stringify(text));

/**
 * Reads what `formatBaseline` has written; comments, blank lines and the order of the items may have been changed.
 * @param file its name, for errors
 * @throws KitError for a line that is none of a baseline's, and for a version that is newer
 */
export function parseBaseline(text: string, file: string): Baseline {
  const found: Record<Section, string[]> = { programs: [], writes: [], connects: [] };
  let section: Section | undefined;
  let version: number | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const wrong = (why: string) => new KitError(`${escapeText(file)}, line ${i + 1}: ${why}`, ExitCode.failure);
    const [, key, value] = /^(\w+):\s*(\S*)\s*$/.exec(line) ?? [];
    const [, item] = /^\s+- (.*\S)\s*$/.exec(line) ?? [];
    if (key === 'version') {
      version = Number(value);
      if (version !== VERSION)
        throw wrong(`this is version ${escapeText(value)} of baselines: ${VERSION} is known here`);
    } else if (key) {
      section = SECTIONS.find((name) => name === key);
      if (!section) throw wrong(`a baseline has ${SECTIONS.join(', ')}, but no ${escapeText(key)}`);
    } else if (item !== undefined && section) found[section].push(unquote(item, wrong));
    else throw wrong('this is no line of a baseline');
  }
  if (version === undefined)
    throw new KitError(`${escapeText(file)}: this is no baseline: it has no version`, ExitCode.failure);
  return makeBaseline(found);
}

function unquote(item: string, wrong: (why: string) => KitError): string {
  if (!item.startsWith('"')) return item;
  try {
    return String(JSON.parse(item));
  } catch {
    throw wrong('a quote that is not ended, or an escape that JSON does not know');
  }
}
