#!/usr/bin/env node
import { existsSync } from 'node:fs';

const cli = new URL('../dist/cli.js', import.meta.url);

if (Number.parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(`ebpf-kit: Node.js 20 or newer is needed: this is ${process.version}\n`);
  process.exitCode = 1;
} else if (!existsSync(cli)) {
  process.stderr.write('ebpf-kit: not built: dist/cli.js is missing; run npm run build\n');
  process.exitCode = 1;
} else {
  const { main } = await import(cli.href);
  await main(process.argv.slice(2));
}
