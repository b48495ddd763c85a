// `npm run check`: lint, format, types and generated files. --fix: formats, and repairs what the linter can.
import { build } from './build.mjs';
import { run, runMain, Status, say } from './lib/run.mjs';
import { filesIn } from './lib/stale.mjs';
import { setup } from './setup.mjs';

const cFiles = ['bpf', 'native', 'test/bpf'].flatMap((folder) => filesIn(folder, /\.[ch]$/, { deep: true }));
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
  'generated files': [process.execPath, 'node_modules/tsx/dist/cli.mjs', 'scripts/generate.ts', '--check'],
};

await runMain(async () => {
  await setup('check');
  // Only the objects: a full build would write src/gen anew, and there would be nothing to compare with.
  await build({ objectsOnly: true });
  const chosen = process.argv.includes('--fix') ? fixes : checks;
  const failed = [];
  for (const [name, [program, ...args]] of Object.entries(chosen)) {
    if ((await run(program, args, { stdio: 'inherit' })).status !== 0) failed.push(name);
  }
  if (failed.length > 0) say(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? Status.failure : Status.ok;
});
