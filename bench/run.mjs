// `npm run bench`: beside the tools of others, in one run on this machine. --help says the rest.
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.mjs';
import { findProgram } from '../scripts/lib/needs.mjs';
import { run, runMain, ScriptError, Status, say } from '../scripts/lib/run.mjs';
import { setup } from '../scripts/setup.mjs';
import { parts } from './parts.mjs';

const names = Object.keys(parts);
const help = `Usage: npm run bench -- [PART…] [OPTION…]

Measures our tools beside those of others, by turns, in one run on this machine;
without PART all of it, and then the figures are written to bench/results.json.

${Object.entries(parts)
  .map(([name, summary]) => `  ${name.padEnd(9)}${summary}`)
  .join('\n')}

  --rounds N   how often each is measured (5)
  --minutes N  how long the soak takes (10)
  --quick      as little of each as proves that it works
  --json       all figures of all rounds on standard output, instead of tables
  --update     writes README's figures, RESULTS.md and charts anew: from all parts
  --rewrite    the same from bench/results.json, and measures nothing`;

// The peers look for tracefs where it usually is. Where it is not mounted, it is mounted here for them alone.
const withTracefs = `
  { [ -e /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; } &&
  exec "$0" "$@"`;

// Of the environment what sudo leaves. Some of the rest decides how tools start: for each certificate that
// NODE_EXTRA_CA_CERTS names, Node.js takes a third of a millisecond at every start.
const env = Object.fromEntries(
  ['PATH', 'HOME', 'LANG', 'TERM'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
);

await runMain(async () => {
  const options = readArguments(process.argv.slice(2));
  if (!options) return console.log(help);
  const tsx = [process.execPath, '--import', 'tsx'];
  if (options.rewrite) return (await run(tsx[0], [...tsx.slice(1), 'bench/rewrite.ts'])).status;
  if (process.getuid?.() !== 0) {
    throw new ScriptError('tracing needs root: sudo npm run bench', Status.noPermission);
  }
  await setUp();
  await build();
  const main = [...tsx, 'bench/main.ts', JSON.stringify(options)];
  const { status } = await run('unshare', ['-m', 'sh', '-c', withTracefs, ...main], { stdio: 'inherit', env });
  return status;
});

/** What cannot be installed is left out. */
async function setUp() {
  if (findProgram('apt-get')) {
    try {
      return await setup('bench');
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      say(error.message);
    }
  }
  say("not all of the others' tools can be installed here: it goes on with those that there are");
  await setup();
}

/**
 * @param {string[]} args
 * @returns undefined for --help
 */
function readArguments(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        minutes: { type: 'string', default: '10' },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '5' },
        rewrite: { type: 'boolean', default: false },
        update: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    for (const word of positionals) checkName(word);
    const [rounds, minutes] = [count('rounds', values.rounds), count('minutes', values.minutes)];
    if (values.update && (positionals.length > 0 || values.quick)) throw new Error('--update needs all of it');
    return {
      ...values,
      rounds,
      minutes,
      all: positionals.length === 0,
      parts: positionals.length > 0 ? positionals : names,
    };
  } catch (error) {
    // Node's advice on arguments that begin with a dash is of no use here
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new ScriptError(`${reason}\ntry: npm run bench -- --help`, Status.usage);
  }
}

/** @param {string} name */
function checkName(name) {
  if (names.includes(name)) return;
  throw new Error(`no such part: ${name}; there are ${names.join(', ')}`);
}

/**
 * @param {string} name
 * @param {string} text
 */
function count(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is not a number from 1 on: ${text}`);
  return number;
}
