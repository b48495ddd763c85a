import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeInitramfs } from './initramfs.mjs';

/** @typedef {import('./archive.mjs').Kernel} Kernel */

/**
 * How a test machine ended: the command's exit status, or without it what went wrong in words; in both cases what its
 * console said, how many seconds it ran, and `folder`: there lie `results/` and `console.log`, to be removed.
 * @typedef {{ status?: number, trouble?: string, console: string, seconds: number, folder: string }} Outcome
 */

/** Seconds without a word on the console, and in all, after which a machine is taken for hung. */
const defaultLimits = { silence: 420, total: 2700 };

// Emulated: where hardware virtualisation is to be had, it is often nested, and slower or missing in the next place.
// Its processors take turns in one thread: running at once they sometimes execute the kernel's self-modified code while
// it changes (an int3 that nobody knows), and two machines fill two processors of the host anyway.
// They are x86-64-v2, and lack what is expensive to emulate: 5-level page tables, SMAP, AVX.
const machine = ['-M', 'q35', '-accel', 'tcg,thread=single', '-cpu', 'Nehalem', '-smp', '2', '-m', '3072'];
const devices = ['-nodefaults', '-display', 'none', '-no-reboot', '-serial', 'stdio'];
const kernelOptions = [
  'console=ttyS0 quiet panic=-1 no_timer_check',
  // Security modules with BPF among them, and its counter as the clock: any other one is a device, and slow.
  'lsm=lockdown,capability,yama,bpf clocksource=tsc tsc=reliable',
  // Without what is slow in emulation, and makes no difference to BPF programs.
  'mitigations=off init_on_alloc=0 audit=0 nokaslr norandmaps nowatchdog',
].join(' ');

/**
 * Boots a kernel with the host's files, runs a command there as root, and waits for the end.
 * @param {Kernel} kernel
 * @param {string} command for bash; what it writes to /run/results is found in the outcome's folder
 * @param {{ limits?: typeof defaultLimits, onLine?: (line: string) => void }} [options] onLine: told of each line on
 *   the console
 * @returns {Promise<Outcome>}
 */
export async function boot(kernel, command, { limits, onLine } = {}) {
  removeLeftovers(kernel.folder);
  const folder = mkdtempSync(join(kernel.folder, `run-${process.pid}-`));
  const results = join(folder, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'command'), command);
  writeFileSync(join(results, 'modules'), realpathSync(join(kernel.folder, 'lib/modules', kernel.release)));
  const initramfs = join(folder, 'initramfs');
  await makeInitramfs(kernel, initramfs);
  const started = performance.now();
  const { text, trouble } = await emulate(
    [
      ...[...machine, ...devices, '-kernel', join(kernel.folder, 'vmlinuz'), '-initrd', initramfs],
      ...['-append', kernelOptions, ...share('host', '/', true), ...share('results', results, false)],
    ],
    { log: join(folder, 'console.log'), limits, onLine },
  );
  rmSync(initramfs);
  const outcome = { console: text, seconds: (performance.now() - started) / 1000, folder };
  const statusFile = join(results, 'status');
  if (trouble || !existsSync(statusFile)) return { ...outcome, trouble: trouble ?? 'it ended before its command did' };
  return { ...outcome, status: Number(readFileSync(statusFile, 'utf8')) };
}

/**
 * Of runs that were ended, or in trouble.
 * @param {string} folder of a kernel
 */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^run-(\d+)-/.exec(name) ?? [];
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * @param {string} tag
 * @param {string} path
 * @param {boolean} readonly
 */
function share(tag, path, readonly) {
  const options = `path=${path.replaceAll(',', ',,')},mount_tag=${tag},security_model=none,multidevs=remap`;
  return ['-virtfs', `local,${options}${readonly ? ',readonly=on' : ''}`];
}

/**
 * Runs qemu to its end, or ends it.
 * @param {readonly string[]} args
 * @param {{ log: string, limits?: typeof defaultLimits, onLine?: (line: string) => void }} options log: the file that
 *   takes what is said, as it is said
 * @returns {Promise<{ text: string, trouble?: string }>} what was said, and why that is not all
 */
export function emulate(args, { log, limits = defaultLimits, onLine }) {
  return new Promise((resolve, reject) => {
    // Ends with us, however we end.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    /** @type {string | undefined} */
    let trouble;
    const kill = (/** @type {string} */ why) => {
      trouble = why;
      child.kill('SIGKILL');
    };
    const { silence, total } = limits;
    const timers = [
      setTimeout(kill, silence * 1000, `it said nothing for ${silence} s, and was killed`),
      setTimeout(kill, total * 1000, `it took more than ${total} s, and was killed`),
    ];
    let line = '';
    const hear = (/** @type {string} */ part) => {
      timers[0].refresh();
      text += part;
      appendFileSync(log, part);
      const lines = (line + part).split(/\r*\n/);
      line = lines.pop() ?? '';
      if (onLine) lines.forEach(onLine);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('close', () => {
      timers.forEach(clearTimeout);
      if (!trouble && /Kernel panic/.test(text)) trouble = 'its kernel panicked';
      resolve({ text, trouble });
    });
  });
}
