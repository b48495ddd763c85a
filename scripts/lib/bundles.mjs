import { Module } from 'node:module';
import { bundleFfi } from './bundle-ffi.mjs';

const [before, after] = Module.wrap('|').split('|');

/** @typedef {import('esbuild').BuildOptions & { metafile: true }} Bundle */

/** @type {Bundle} */
const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  metafile: true,
};

/** The library, and the command. @type {Bundle[]} */
export const bundles = [
  { ...common, entryPoints: ['src/index.ts'], format: 'esm', splitting: true, packages: 'external' },
  // CommonJS starts a tenth faster: Node loads neither its ESM loader nor the lexer that ESM needs for CommonJS.
  {
    ...common,
    entryPoints: ['src/cli.ts'],
    format: 'cjs',
    plugins: [bundleFfi],
    // All the rest is in the file: code from V8's cache can import nothing (it forgets who asked), and costs little.
    external: ['@2060.io/*/package.json'],
    minifyWhitespace: true,
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.url': 'importMetaUrl' },
    // Wrapped as Node.js would do it when it starts: its copy would take the memory of the bundle once more.
    banner: { js: `${before}const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` },
    footer: { js: after },
  },
];
