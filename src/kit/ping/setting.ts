import { readClocks } from '../../bpf/clock.ts';
import { type NetPrefix, parseNets } from '../../host/net.ts';
import { UsageError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import { escapeText } from '../text.ts';
import { type OptionsOf, option } from '../tool/options.ts';
import { parseCount, parseDuration } from '../units.ts';
import { MODES, type Mode, NETS, type PingSetting } from './model.ts';

/** Without defaults: what is not given stays as it is. */
export const pingOptions = {
  mode: option('--mode <mode>', 'pass, drop, or trace: pass, and say what drop would do', parseMode),
  every: option('--every <n>', 'drop one in so many', (text) =>
    parseCount(text, '--every', { min: 1, max: 2 ** 32 - 1 }),
  ),
  from: option('--from <nets>', 'drop only from these: 10.0.0.0/8,::1; any: from everywhere', parseFrom),
  for: option('--for <time>', 'drop for so long, then pass: 500ms, 10s, 5m', (text) =>
    parseDuration(text, '--for', { min: 1 }),
  ),
};

export type PingOptions = OptionsOf<typeof pingOptions>;

function parseMode(text: string): Mode {
  const mode = MODES.find((each) => each === text);
  if (mode) return mode;
  const remedy = `modes: ${MODES.join(', ')}`;
  throw new UsageError(`--mode: "${escapeText(text)}" is no mode${suggestion(text, MODES)}`, remedy);
}

function parseFrom(text: string): readonly NetPrefix[] {
  const nets = text === 'any' ? [] : parseNets(text, '--from');
  if (nets.length > NETS) throw new UsageError(`--from: ${nets.length} networks, and there is room for ${NETS}`);
  return nets;
}

/**
 * What the options make of a setting. Who says how to drop wants to drop: --every, --from and --for alone mean
 * --mode drop, unless what is in force is trace.
 */
export function changePings(before: PingSetting, { mode, every, from, for: time }: PingOptions): PingSetting {
  const how = every !== undefined || from !== undefined || time !== undefined;
  if (mode === 'pass' && how) {
    throw new UsageError('--mode pass drops nothing: --every, --from and --for are about what is dropped');
  }
  const now = modeNow(before);
  const next = mode ?? (how && now === 'pass' ? 'drop' : now);
  const goesOn = mode === undefined && next === now;
  const until = goesOn && time === undefined ? before.until : 0;
  return { mode: next, every: every ?? before.every, from: from ?? before.from, until, lasts: time };
}

/** The mode that is in force: after its time everything passes. */
export function modeNow({ mode, until }: PingSetting): Mode {
  return until !== 0 && readClocks().boot >= until ? 'pass' : mode;
}

/** `drop, one in 3, from 10.0.0.0/8, for 9.5 s more` */
export function describePings(setting: PingSetting): string {
  const mode = modeNow(setting);
  if (mode === 'pass') return mode;
  const { every, from } = setting;
  const left = timeLeft(setting);
  const parts = [mode, every > 1 && `one in ${every}`, from.length > 0 && `from ${from.map(netText).join(',')}`, left];
  return parts.filter(Boolean).join(', ');
}

function timeLeft({ until, lasts }: PingSetting): string {
  if (lasts !== undefined) return `for ${lasts / 1000} s`;
  return until === 0 ? '' : `for ${((until - readClocks().boot) / 1e9).toFixed(1)} s more`;
}

/** Without a length where the network is one address. */
function netText({ addr, bits }: NetPrefix): string {
  const [whole, own] = addr.includes(':') ? [128, bits] : [32, bits - 96];
  return own === whole ? addr : `${addr}/${own}`;
}
