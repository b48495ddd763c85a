import { readFileSync } from 'node:fs';
import { ScriptError } from './run.mjs';

/**
 * Makes the FFI library a part of the command's file: it is thirty files, which Node takes 9 ms to find and load at each
 * start. Its native code stays where it is installed. The library looks for that from its own folder, so here it is told
 * to look from its package's.
 * @type {import('esbuild').Plugin}
 */
export const bundleFfi = {
  name: 'bundle-ffi',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/bpf\/native\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: replaced(path, 'createRequire(import.meta.url)', 'require'),
    }));
    onLoad({ filter: /\/@2060\.io\/(ffi-napi\/lib\/bindings|ref-napi\/lib\/ref)\.js$/ }, ({ path }) => {
      const name = path.includes('/ffi-napi/') ? 'ffi-napi' : 'ref-napi';
      const folder = `path.dirname(require.resolve('@2060.io/${name}/package.json'))`;
      return { loader: 'js', contents: replaced(path, "path.join(__dirname, '..')", folder) };
    });
  },
};

/**
 * @param {string} file
 * @param {string} text that stands in it once
 * @param {string} other to stand there instead
 */
function replaced(file, text, other) {
  const parts = readFileSync(file, 'utf8').split(text);
  if (parts.length !== 2) throw new ScriptError(`${file} should say once: ${text}`);
  return parts.join(other);
}
