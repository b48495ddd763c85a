import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { filenamesTool } from '../../src/commands/baseline-filenames.ts';
import { hold } from '../../src/kit/child/hold.ts';
import { openStream } from '../../src/kit/stream/stream.ts';
import { testFolder } from './harness/folder.ts';

/** By the calls that have no directory, where the machine has them, and by those that have one. */
const SCRIPT = `cd "$0" && perl -e '
    rename("a", "b") && link("b", "c") && symlink("b", "d") && truncate("b", 0) or die;
    rename("nonexistent", "failed");
  ' && mv b e && ln e f && ln -s e g && mv -t sub c && mv e sub/../link/h && mv f "$0/i"`;

it.each(['tp_btf', 'raw_tp'])('names that files get are seen by %s', async (plan) => {
  const folder = realpathSync(testFolder());
  for (const name of ['a', 'neighbour']) writeFileSync(`${folder}/${name}`, 'text');
  mkdirSync(`${folder}/sub`);
  symlinkSync('sub', `${folder}/link`);
  using child = hold(['sh', '-c', SCRIPT, folder]);
  const stream = await openStream(filenamesTool, {}, { columns: 'file', root: child.pid, plan }, () => undefined);
  using session = stream.session;
  expect(session.attached.chosen).toEqual({ tree: plan, names: plan });
  execFileSync('mv', ['neighbour', 'moved'], { cwd: folder });
  await child.release();
  expect(await child.ended).toEqual({ code: 0, signal: null });
  const [{ value }] = stream.columns;
  const files: unknown[] = [];
  for await (const batch of stream.batches(AbortSignal.abort())) files.push(...batch.map(value));
  expect(files).toEqual(['b', 'c', 'd', 'b', 'e', 'f', 'g', 'sub/c', 'sub/h', 'i'].map((name) => `${folder}/${name}`));
});
