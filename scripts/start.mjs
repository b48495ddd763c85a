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
  if (process.env.npm_lifecycle_event === 'start') endWithParent();
  const command = join(root, 'bin/ebpf-kit.js');
  process.argv[1] = command;
  await import(pathToFileURL(command).href);
}

/** npm hands SIGINT and SIGTERM on; when it ends in another way, the command would go on unseen. */
function endWithParent() {
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
