import { UsageError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import { escapeText } from '../text.ts';
import { flag, type OptionsOf, option, setting } from '../tool/options.ts';
import { parseDuration } from '../units.ts';
import type { WantedMode } from './xdp.ts';

const XDP_MODES = ['auto', 'native', 'generic'] as const satisfies readonly WantedMode[];

/** What every control tool has besides its own options and those of streams. */
export const controlOptions = {
  xdpMode: setting(
    '--xdp-mode <mode>',
    'native (in the driver), generic (behind it), or auto: native if possible (default)',
    (text) => parseXdpMode(text, '--xdp-mode'),
    'auto' as WantedMode,
  ),
  pin: flag('--pin', 'stay attached after the end of this command, until "stop"'),
  background: flag('--background', 'with --pin: end as soon as it is attached'),
};

/** Of tools whose runs can show counters. */
export const intervalOption = {
  interval: setting(
    '--interval <time>',
    'how often the counters are shown (default: 1s)',
    (text) => parseDuration(text, '--interval', { min: 10 }),
    1000,
  ),
};

/** Of tools that can lock one out. */
export const safetyOptions = {
  yes: flag('-y, --yes', 'also if that cuts the SSH connection or the gateway of this shell'),
  confirm: confirmOption('detach after this time, unless it is confirmed: by Enter, or "confirm IFACE"'),
};

/** The same for a change of what runs. */
export const changeSafetyOptions = {
  ...safetyOptions,
  confirm: confirmOption('take it back after this time, unless it is confirmed: by Enter, or "confirm IFACE"'),
};

function confirmOption(doc: string) {
  return option('--confirm <time>', doc, (text) => parseDuration(text, '--confirm', { min: 1 }));
}

/** @param what names the option in errors @throws UsageError */
export function parseXdpMode(text: string, what: string): WantedMode {
  const mode = XDP_MODES.find((each) => each === text);
  if (mode) return mode;
  throw new UsageError(
    `${what}: "${escapeText(text)}" is no mode of XDP${suggestion(text, XDP_MODES)}`,
    `modes: ${XDP_MODES.join(', ')}`,
  );
}

export type ControlOptions = OptionsOf<typeof controlOptions> &
  Partial<OptionsOf<typeof safetyOptions & typeof intervalOption>>;

/** @throws UsageError for options that exclude each other, or need each other */
export function checkControlOptions(
  { pin, background }: ControlOptions,
  { duration }: { readonly duration?: number },
): void {
  if (background && !pin)
    throw new UsageError('--background needs --pin', 'without a process, only a pin keeps it attached');
  if (pin && duration !== undefined) throw new UsageError('--duration ends what --pin is to keep: give one of them');
}
