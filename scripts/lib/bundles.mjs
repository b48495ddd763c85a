import { bundleFfi } from './bundle-ffi.mjs';

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
    // What is loaded only when it is asked for; the rest starts faster as a part of the file.
    external: ['@2060.io/*/package.json', '@bomb.sh/tab', '@marcbachmann/cel-js', 'chalk', 'fast-xml-builder', 'yaml'],
    minifyWhitespace: true,
    outExtension: { '.js': '.cjs' },
    supported: { 'dynamic-import': true },
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  },
];
