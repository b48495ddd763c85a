// Writes the code cache of dist/cli.cjs, in a process of its own: what runs here is in it.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { writeCache } = createRequire(import.meta.url)('../../bin/compiled.js');
const cli = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
// as far as one gets without rights: what a tool and its options are
writeCache(cli, (/** @type {typeof import('../../src/cli.ts')} */ { main }) => main(['opensnoop', '--help']));
