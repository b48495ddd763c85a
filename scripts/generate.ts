// Writes src/gen from the BTF of the built objects: `generate.ts [--check] [--objects DIR] [--out DIR]`.
// With --check it writes nothing, names each file that is not what it would write, and then exits with 1.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { BANNER, emitObject } from '../src/btf/emit/object.ts';
import { emitTools, type ToolEntry } from '../src/btf/emit/tools.ts';
import { ObjectError } from '../src/btf/errors.ts';
import { readObject } from '../src/btf/object.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GEN = join(ROOT, 'src/gen');
const SUFFIX = '.bpf.o';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    objects: { type: 'string', default: join(ROOT, 'dist/bpf') },
    out: { type: 'string', default: GEN },
  },
});
const objects = resolve(options.objects);
const out = resolve(options.out);

function filesIn(folder: string, suffix: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(suffix))
      .sort();
  } catch {
    return [];
  }
}

/** The generated source of one object file. */
function layoutOf(file: string): string {
  try {
    const object = readObject(readFileSync(join(objects, file)));
    return emitObject(basename(file, SUFFIX), object, relative(out, join(ROOT, 'src/btf')));
  } catch (error) {
    if (error instanceof ObjectError) fail(`${file}: ${error.message}`);
    throw error;
  }
}

/** The generated list of tools. It imports them, and they import their layouts: those must be there. */
async function toolList(): Promise<string> {
  const folder = join(ROOT, 'src/tools');
  const tools = filesIn(folder, '.ts').map(async (file): Promise<ToolEntry> => {
    const module: { default: Omit<ToolEntry, 'file'> } = await import(pathToFileURL(join(folder, file)).href);
    return { file, ...module.default };
  });
  return emitTools(await Promise.all(tools));
}

function current(file: string): string | undefined {
  try {
    return readFileSync(join(out, file), 'utf8');
  } catch {
    return undefined;
  }
}

/** Makes the file what it should be; undefined: it should not be. */
function update(file: string, source: string | undefined): void {
  if (current(file) === source) return;
  stale.push(file);
  if (options.check) return;
  if (source === undefined) rmSync(join(out, file));
  else writeFileSync(join(out, file), source);
}

function fail(message: string): never {
  console.error(`generate: ${message}`);
  process.exit(1);
}

const stale: string[] = [];
const found = filesIn(objects, SUFFIX);
if (found.length === 0) fail(`no objects in ${objects}: build them first`);
if (!options.check) mkdirSync(out, { recursive: true });
const sources = new Map(found.map((file) => [`${basename(file, SUFFIX)}.ts`, layoutOf(file)]));
const leftovers = filesIn(out, '.ts').filter((file) => !sources.has(file) && current(file)?.startsWith(BANNER));
for (const file of leftovers) if (out !== GEN || file !== 'index.ts') update(file, undefined);
for (const [file, source] of sources) update(file, source);
if (out === GEN) update('index.ts', await toolList());
if (options.check && stale.length > 0) {
  fail(`stale: ${stale.map((file) => relative(process.cwd(), join(out, file))).join(', ')}; run npm run build`);
}
