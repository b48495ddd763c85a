import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** Every file of ours that is loaded with this one; what it imports only when it is needed is left out. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
  });
  const loaded = new Set<string>();
  const visit = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind, external } of metafile.inputs[file].imports) {
      if (!external && kind === 'import-statement') visit(path);
    }
  };
  visit(entry);
  return [...loaded];
}

it('replay loads nothing that needs eBPF', async () => {
  const files = await loadedWith('src/commands/replay.ts');
  expect(files).toContain('src/kit/record/block.ts');
  expect(files.filter((file) => file.startsWith('src/bpf/'))).toEqual([]);
});

it('nor do the tools that it asks what their events mean', async () => {
  const files = await loadedWith('src/tools/tcpdrop.ts');
  expect(files.filter((file) => file.startsWith('src/bpf/'))).toEqual([]);
});
