// `npm test`: sets up, builds, runs the unit and live tests. Projects (unit, live, pack) may be named first;
// all other arguments are vitest's.
import { build } from './build.mjs';
import { run, runMain, Status, say } from './lib/run.mjs';
import { setup } from './setup.mjs';

const projects = ['unit', 'live', 'pack'];
const needsRoot = ['live', 'pack'];

await runMain(async () => {
  const args = process.argv.slice(2);
  const named = args.splice(0, args.findIndex((arg) => !projects.includes(arg)) >>> 0);
  const wanted = named.length > 0 ? named : ['unit', 'live'];
  const refused = process.getuid?.() === 0 ? [] : wanted.filter((project) => needsRoot.includes(project));
  const chosen = wanted.filter((project) => !refused.includes(project));

  await setup('test');
  await build();
  const status = chosen.length > 0 ? await vitest(chosen, args) : Status.ok;
  if (refused.length > 0) say(`the ${refused.join(' and ')} tests need root: sudo npm test`);
  return status === Status.ok && refused.length > 0 ? Status.noPermission : status;
});

/**
 * @param {readonly string[]} chosen
 * @param {readonly string[]} args
 */
async function vitest(chosen, args) {
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...chosen.map((project) => `--project=${project}`),
    ...args,
  ];
  return (await run(process.execPath, command, { stdio: 'inherit' })).status;
}
