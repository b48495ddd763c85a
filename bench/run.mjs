// `npm run bench [-- first|storm|opens|memory|tree|flows|flow-growth|xdp|flood]`: execsnoop and opensnoop beside
// libbpf-tools and bpftrace, flowtop beside nethogs and iftop, and xdp-drop beside xdp-filter, nftables and iptables, in one run on this
// machine.
// --rounds N; --json: one object; --update: writes README's figures anew.
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.mjs';
import { findProgram } from '../scripts/lib/needs.mjs';
import { run, runMain, ScriptError, Status } from '../scripts/lib/run.mjs';
import { setup } from '../scripts/setup.mjs';

const events = ['first', 'storm', 'opens', 'memory', 'tree'];
const parts = [...events, 'flows', 'flow-growth', 'xdp', 'flood'];

// The peers look for tracefs where it usually is. Where it is not mounted, it is mounted here for them alone.
const withTracefs = `
  { [ -e /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; } &&
  exec "$0" "$@"`;

// Network namespaces and pins that nobody else sees, and that end with the command.
const alone = `
  mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && mount -t bpf bpf /sys/fs/bpf &&
  exec "$0" "$@"`;

await runMain(async () => {
  const options = readArguments(process.argv.slice(2));
  if (process.getuid?.() !== 0) {
    throw new ScriptError('tracing needs root: sudo npm run bench', Status.noPermission);
  }
  if (!findProgram('apt-get')) {
    throw new ScriptError("it compares with Debian's packages, and there is no apt-get here", Status.unavailable);
  }
  await setup('bench');
  await build();
  const script = (/** @type {string} */ file, /** @type {object} */ given) => [
    ...[process.execPath, '--import', 'tsx', file, JSON.stringify(given)],
  ];
  const chosen = options.parts.filter((part) => events.includes(part));
  if (chosen.length > 0) {
    const compare = script('bench/compare.ts', { ...options, parts: chosen });
    const { status } = await run('unshare', ['-m', 'sh', '-c', withTracefs, ...compare], { stdio: 'inherit' });
    if (status !== 0) return status;
  }
  for (const part of options.parts.filter((each) => !events.includes(each))) {
    const command = script(`bench/${part}.ts`, options);
    const [program, ...args] = part === 'flood' ? ['unshare', '-m', 'sh', '-c', alone, ...command] : command;
    const { status } = await run(program, args, { stdio: 'inherit' });
    if (status !== 0) return status;
  }
  return 0;
});

/** @param {string[]} args */
function readArguments(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '5' },
        update: { type: 'boolean', default: false },
      },
    });
    const unknown = positionals.filter((word) => !parts.includes(word));
    if (unknown.length > 0) throw new Error(`there are ${parts.join(', ')}, but no ${unknown.join(', ')}`);
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`not a number of rounds: ${values.rounds}`);
    if (values.update && positionals.length > 0) throw new Error('--update needs all parts');
    return { ...values, rounds, parts: positionals.length > 0 ? positionals : parts };
  } catch (error) {
    // Node's advice on arguments that begin with a dash is of no use here
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new ScriptError(reason, Status.usage);
  }
}
