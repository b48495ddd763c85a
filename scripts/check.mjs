// `npm run check`: lint, format, types and generated files; with words, only the checks that have them in their names.
// --fix: formats, and repairs what the linter can.
import { build, objectFolders } from './build.mjs';
import { run, runMain, Status, say } from './lib/run.mjs';
import { filesIn } from './lib/stale.mjs';
import { setup } from './setup.mjs';

const cFiles = ['bpf', 'native', 'test'].flatMap((folder) => filesIn(folder, /\.[ch]$/, { deep: true }));
const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'];

/** @type {Record<string, readonly string[]>} */
const fixes = {
  'lint and format (Biome)': [process.execPath, ...biome, '--write'],
  'format (clang-format)': ['clang-format', '-i', ...cFiles],
};

/** @type {Record<string, readonly string[]>} */
const checks = {
  'lint and format (Biome)': [process.execPath, ...biome],
  'format (clang-format)': ['clang-format', '--dry-run', '--Werror', ...cFiles],
  'types (tsc)': [process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.'],
};
for (const { to, types } of objectFolders) {
  const generate = ['node_modules/tsx/dist/cli.mjs', 'scripts/generate.ts', '--check', '--objects', to, '--out', types];
  checks[`generated files in ${types}`] = [process.execPath, ...generate];
}

await runMain(async () => {
  await setup('check');
  // Only the objects: a full build would write src/gen anew, and there would be nothing to compare with.
  await build({ objectsOnly: true });
  const words = process.argv.slice(2).filter((word) => word !== '--fix');
  const failed = [];
  for (const [name, [program, ...args]] of Object.entries(process.argv.includes('--fix') ? fixes : checks)) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    if ((await run(program, args, { stdio: 'inherit' })).status !== 0) failed.push(name);
  }
  if (failed.length > 0) say(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? Status.failure : Status.ok;
});
