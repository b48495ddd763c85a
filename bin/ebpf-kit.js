#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const cli = join(__dirname, '../dist/cli.cjs');

if (Number.parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(`ebpf-kit: Node.js 20 or newer is needed: this is ${process.version}\n`);
  process.exitCode = 1;
} else if (!existsSync(cli)) {
  process.stderr.write('ebpf-kit: not built: dist/cli.cjs is missing; run npm run build\n');
  process.exitCode = 1;
} else {
  require('./compiled.js').load(cli).main(process.argv.slice(2));
}
