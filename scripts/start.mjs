// `npm start -- execsnoop …`: set up, build what is stale, then be the command itself: same process, so that
// signals, exit status and standard streams are the command's own.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root, runMain } from './lib/run.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  await setup();
  await build();
});

if (process.exitCode === 0) {
  const command = join(root, 'bin/ebpf-kit.js');
  process.argv[1] = command;
  await import(pathToFileURL(command).href);
}
