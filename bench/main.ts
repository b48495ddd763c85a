// Measures and tells. Its one argument is what run.mjs has made of the command line.
import { say } from '../scripts/lib/run.mjs';
import { openStage } from '../test/live/harness/stage.ts';
import type { Comparison } from './figures.ts';
import { machine } from './machine.ts';
import type { Options, Part } from './part.ts';
import type { parts } from './parts.mjs';
import { endWithUs, hurry } from './process.ts';
import { tell } from './tell.ts';

const loaders: Readonly<Record<keyof typeof parts, () => Promise<{ readonly default: Part }>>> = {
  first: () => import('./parts/first.ts'),
  exec: () => import('./parts/exec.ts'),
  open: () => import('./parts/open.ts'),
  other: () => import('./parts/other.ts'),
  connect: () => import('./parts/connect.ts'),
  tree: () => import('./parts/tree.ts'),
  xdp: () => import('./parts/xdp.ts'),
  flood: () => import('./parts/flood.ts'),
  flows: () => import('./parts/flows.ts'),
  idle: () => import('./parts/idle.ts'),
  reader: () => import('./parts/reader.ts'),
  soak: () => import('./parts/soak.ts'),
  growth: () => import('./parts/growth.ts'),
};

const options: Options = JSON.parse(process.argv[2]);
const here = machine();
if (options.quick) hurry();
const begun = performance.now();
await using stage = openStage();
endWithUs.add(stage.pid);
const comparisons: Comparison[] = [];
for (const name of options.parts) {
  const from = performance.now();
  try {
    const { default: part } = await loaders[name as keyof typeof parts]();
    comparisons.push(...(await part({ ...options, stage })));
    say(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
  } catch (error) {
    // the others take long, too
    say(`${name}: ${error instanceof Error ? error.stack : error}`);
    process.exitCode = 1;
  }
}
const seconds = Math.round((performance.now() - begun) / 1000);
const { rounds, minutes } = options;
tell({ machine: here, date: new Date().toISOString().slice(0, 10), rounds, minutes, seconds, comparisons }, options);
