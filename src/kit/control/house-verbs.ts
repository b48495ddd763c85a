import { readClocks } from '../../bpf/clock.ts';
import { openClock } from '../../host/clock.ts';
import { pickColumns } from '../columns/columns.ts';
import { openWriter } from '../output/open.ts';
import { print, say } from '../say.ts';
import { idleRun } from '../tool/run.ts';
import { writeAbout } from './about.ts';
import type { AnyControl } from './define.ts';
import { instances } from './find.ts';
import { findInstance } from './instance.ts';
import { countersOf, reader, readingColumns } from './readings.ts';
import { demandVerbs } from './rights.ts';
import { statusColumns } from './status.ts';
import { stop } from './stop.ts';

export interface Form {
  readonly json: boolean;
  readonly csv: boolean;
}

/** `pingdrop status`: where it runs or is pinned, on the whole machine. */
export async function showStatus(tool: AnyControl, form: Form): Promise<void> {
  demandVerbs();
  const writer = await openWriter(statusColumns(tool), 'status', form);
  const all = instances(tool.object);
  try {
    const own = all.filter(({ about }) => about.tool === tool.name);
    print(own.length || form.json || form.csv ? writer.header() + writer.rows(own) : '');
    if (own.length === 0) say(tool.name, 'it runs nowhere');
  } finally {
    for (const one of all) one[Symbol.dispose]();
  }
}

/** `pingdrop stop IFACE…` */
export async function stopAll(tool: AnyControl, names: readonly string[]): Promise<void> {
  demandVerbs();
  for (const name of names) {
    using instance = findInstance(tool, name);
    await stop(instance);
    say(tool.name, `stopped on ${name}`);
  }
}

/** `xdp-drop confirm IFACE…`: what waits for that stays. */
export async function confirm(tool: AnyControl, names: readonly string[]): Promise<void> {
  demandVerbs();
  for (const name of names) {
    using instance = findInstance(tool, name);
    if (!instance.about.confirm_by) say(tool.name, `nothing on ${name} waits to be confirmed`);
    else {
      writeAbout(instance.maps, { ...instance.about, confirm_by: 0 });
      say(tool.name, `confirmed on ${name}`);
    }
  }
}

/** `xdp-drop stats IFACE`: the counters as they are now; rates are those since it was attached. */
export async function stats(tool: AnyControl, name: string, form: Form): Promise<void> {
  demandVerbs();
  using instance = findInstance(tool, name);
  const counters = countersOf(tool);
  if (!counters) return;
  const run = { ...idleRun, clock: openClock(readClocks) };
  const all = readingColumns(counters, run);
  const columns = pickColumns(all, form.json || form.csv ? Object.keys(all) : counters.defaults);
  const { maps, about } = instance;
  const readings = reader(counters, about.started)([{ dev: name, maps, state: tool.read(maps) }]);
  const writer = await openWriter(columns, counters.type, form);
  print(writer.header() + writer.rows(readings));
}

/** `xdp-drop list IFACE`: the state in lines. */
export function list(tool: AnyControl, name: string, { json }: Pick<Form, 'json'>): void {
  demandVerbs();
  using instance = findInstance(tool, name);
  const lines = tool.lines?.(tool.read(instance.maps)) ?? [];
  const record = (rule: string) => JSON.stringify({ v: 1, type: 'rule', interface: name, rule });
  print(lines.map((line) => `${json ? record(line) : line}\n`).join(''));
}
