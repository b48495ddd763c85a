/** What names of files are relative to, absolute and without a slash at the end. */
export interface Places {
  /** The working tree: what lies in it is the job's own. */
  readonly tree: string;
  readonly home?: string;
  /** Folders for what is temporary. */
  readonly temporary: readonly string[];
}

/**
 * What differs from run to run, from user to user or from one patch release to the next, by what stands for it. In this
 * order: what a rule leaves is seen by those behind it.
 */
const RULES: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])/gi, '<uuid>'],
  // of content-addressed stores, with the folders that spread them: ab/cd/0123456789abcdef…
  [/(?<=\/)(?:[0-9a-f]{2}\/)*[0-9a-f]{12,}(?=$|[/.])/g, '<hash>'],
  [/(?<![0-9A-Za-z])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}(?![0-9A-Za-z])/g, '<hash>'],
  [/(?<![0-9A-Za-z])\d{4}-\d\d-\d\d(?:[T_ -]\d\d[:_-]?\d\d[:_-]?\d\d(?:[._]\d+)*Z?)?(?![0-9A-Za-z])/g, '<time>'],
  [/(?<=^\/proc\/)\d+(?=\/|$)/, '<pid>'],
  [/(?<=^\/dev\/pts\/)\d+$/, '<n>'],
  // 3.11, v20.11.1, 1.2.3-rc.1
  [/(?<![0-9.])v?\d+(?:\.\d+)+(?:-[a-z]+\.?\d+)?(?![0-9])/g, '<version>'],
  [/\d{3,}/g, '<n>'],
];

/**
 * A path as a baseline has it: relative to the working tree (`./`), to the home folder (`~/`), or absolute, with what
 * changes from run to run replaced. What is temporary has one name for all: `<tmp>`.
 */
export function normalisePath(path: string, { tree, home, temporary }: Places): string {
  const inside = (folder: string) => path === folder || path.startsWith(`${folder}/`);
  if (inside(tree)) return replaced(`.${path.slice(tree.length)}`);
  if (temporary.some(inside)) return '<tmp>';
  if (home && home !== '/' && inside(home)) return replaced(`~${path.slice(home.length)}`);
  return replaced(path);
}

const replaced = (path: string) => RULES.reduce((text, [pattern, by]) => text.replace(pattern, by), path);

/** From here on the kernel takes the port of a socket that asks for none, whatever ip_local_port_range says. */
const FIRST_EPHEMERAL = 32768;

/**
 * Whom a connect was for: the name that was looked up for the address, which stays when the address changes, or else
 * the address itself; with the port, unless it is one of those that are given out by chance.
 */
export function normaliseRemote({ addr, port, name }: { addr: string; port: number; name?: string | null }): string {
  const host = name ?? (addr.includes(':') ? `[${addr}]` : addr);
  return `${host}:${port >= FIRST_EPHEMERAL ? '<ephemeral>' : port}`;
}
