// A process that attaches programs and holds them: `holder.ts '[{"program": …, "target": …}, …]'`.
// It prints its ids, and for each line of input how often its programs have run.
import { createInterface } from 'node:readline';
import { openRing } from '../../../src/bpf/ring.ts';
import type { AttachTarget } from '../../../src/bpf/target.ts';
import { hooks } from '../../gen/hooks.ts';
import { openFixture } from './fixtures.ts';
import { type HookName, hits } from './hits.ts';
import { heldBy } from './witness.ts';

const wanted: { program: HookName; target?: AttachTarget }[] = JSON.parse(process.argv[2]);
const object = openFixture(hooks);
for (const { program } of wanted) object.setAutoload(program, true);
object.load();
for (const { program, target } of wanted) object.attach(program, target);
openRing(object, () => {}).arm();
console.log(JSON.stringify(heldBy('self')));
for await (const _ of createInterface(process.stdin)) {
  console.log(JSON.stringify(wanted.map(({ program }) => hits(object, program))));
}
process.exit();
