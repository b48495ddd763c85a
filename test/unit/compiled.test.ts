import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const compiled = require.resolve('../../bin/compiled.js');
const source = (answer: number) =>
  Module.wrap(`exports.answer = () => ${answer}; exports.here = __filename; exports.EOL = require('node:os').EOL;`);

describe('a bundle with its code cache', () => {
  let folder: string;
  let bundle: string;
  let cache: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ebpf-kit-test-'));
    [bundle, cache] = [join(folder, 'bundle.cjs'), join(folder, 'bundle.cache')];
    writeFileSync(bundle, source(42));
    inProcess('writeCache', '({ answer }) => answer()');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Calls a function with the bundle, in a process of its own. @returns what that has printed */
  function inProcess(name: 'load' | 'writeCache', more: string): string {
    const program = `
      const { ${name} } = require(${JSON.stringify(compiled)});
      const exports = ${name}(${JSON.stringify(bundle)}, ${more});
      if (exports) console.log(exports.answer(), exports.here, JSON.stringify(exports.EOL));`;
    return execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  }
  const said = () => inProcess('load', 'undefined');

  it('runs as if it were required', () => {
    expect(said()).toBe(`42 ${bundle} "\\n"\n`);
  });

  it('is not parsed when V8 knows the cache', () => {
    // The same length: only who believes the cache still says 42.
    writeFileSync(bundle, source(43));
    expect(said()).toBe(`42 ${bundle} "\\n"\n`);
  });

  it.each([
    ['is missing', () => rmSync(cache)],
    ['is cut off', () => writeFileSync(cache, readFileSync(cache).subarray(0, 100))],
    ['is empty', () => writeFileSync(cache, '')],
    ['is that of another bundle', () => writeFileSync(bundle, `${source(42)} // longer`)],
  ])('is parsed when the cache %s', (_, spoil) => {
    spoil();
    expect(said()).toBe(`42 ${bundle} "\\n"\n`);
  });
});
