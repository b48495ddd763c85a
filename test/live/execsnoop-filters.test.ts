// @module-tag anywhere
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCgroup } from './harness/cgroup.ts';
import { events } from './harness/execsnoop.ts';
import { cgroupRoot } from './harness/facts.ts';
import { observe, type Row, recordsOf } from './harness/observe.ts';
import { openStage, type Request, type Stage } from './harness/stage.ts';

let stage: Stage;
let neighbour: Stage;
beforeAll(() => {
  stage = openStage();
  neighbour = openStage();
});
afterAll(() => Promise.all([stage.close(), neighbour.close()]));

const program = (mark: string, more: Partial<Request> = {}): Request => ({
  file: '/bin/true',
  args: ['true', mark],
  ...more,
});
const marks = (records: readonly Row[]) => records.map(({ args }) => (args as string[])[1]);

/** The marks of the stage's children that are shown with these options. */
async function shown(options: readonly string[], ...requests: readonly Request[]): Promise<string[]> {
  return marks(
    await events(stage, options, async () => {
      for (const request of requests) await stage.run(request);
    }),
  );
}

describe.each([
  ['-P', (pid: number) => ['-P', `${pid}`]],
  ['-p', (pid: number) => ['-p', `${pid}`]],
  ['--ppid', (pid: number) => [`--ppid=${pid}`]],
])('%s', (_, options) => {
  it('shows the children of one process, not those of its neighbour', async () => {
    const { stdout } = await observe('execsnoop', ['--json', ...options(stage.pid)], async () => {
      await neighbour.run(program('neighbour'));
      await stage.run(program('own'));
      await neighbour.run(program('neighbour'));
    });
    const records = recordsOf(stdout);
    expect(records.map(({ type }) => type)).toEqual(['exec', 'summary']);
    expect(marks(records.slice(0, 1))).toEqual(['own']);
    expect(records[1]).toMatchObject({ events: 1, lost: 0 });
  });
});

describe('-u', () => {
  const [nobody, root] = [program('nobody', { uid: 65534 }), program('root')];
  it.each(['nobody', '65534'])('%s', async (user) => {
    expect(await shown(['-u', user], root, nobody, root)).toEqual(['nobody']);
  });
  it('root, whose number is 0', async () => {
    expect(await shown(['-u', 'root'], nobody, root, nobody)).toEqual(['root']);
    expect(await shown(['--uid=0'], nobody, root, nobody)).toEqual(['root']);
  });
});

describe('--cgroup', () => {
  it.each([
    ['by its path below the root', (path: string) => path],
    ['by its directory', (path: string) => cgroupRoot() + path],
  ])('%s, with those below it, without the one beside it', async (_, name) => {
    const [parent, child] = testCgroup('child');
    const [neighbour] = testCgroup();
    const { stdout } = await observe('execsnoop', ['--json', '--cgroup', name(parent.path)], async () => {
      await stage.run(program('neighbour', { cgroup: neighbour.directory }));
      await stage.run(program('outside'));
      await stage.run(program('child', { cgroup: child.directory }));
      await stage.run(program('parent', { cgroup: parent.directory }));
    });
    expect(marks(recordsOf(stdout).slice(0, -1))).toEqual(['child', 'parent']);
  });
});

describe('what is matched', () => {
  it('-n: the command, by a regular expression', async () => {
    const requests = ['/bin/true', '/bin/echo', '/bin/printf'].map((file) => program(file, { file }));
    expect(await shown(['-n', '^t.*e$'], ...requests)).toEqual(['/bin/true']);
    expect(await shown(['-n', 't'], ...requests)).toEqual(['/bin/true', '/bin/printf']);
  });

  it('-l: the arguments, not the command', async () => {
    const requests = ['alpha beta', 'true', 'beta'].map((mark) => program(mark));
    expect(await shown(['-l', 'beta'], ...requests)).toEqual(['alpha beta', 'beta']);
    expect(await shown(['-l', '^true beta$'], ...requests)).toEqual(['beta']);
    expect(await shown(['-l', '^/bin'], ...requests)).toEqual([]);
  });

  it('-n and -l: both', async () => {
    const requests = [program('a'), program('b'), program('a', { file: '/bin/echo' })];
    const options = ['-n', '^true$', '-l', 'a$', '--columns', 'comm,args'];
    const seen = await events(stage, options, async () => {
      for (const request of requests) await stage.run(request);
    });
    expect(seen).toEqual([{ v: 1, type: 'exec', comm: 'true', args: ['true', 'a'] }]);
  });

  it('--filter: any condition over the columns', async () => {
    const requests = [program('--force'), program('--gently'), program('--force', { uid: 65534 })];
    const filter = 'uid == 65534 && args.exists(a, a == "--force") && comm == "true" && size(args) == 2';
    const seen = await events(stage, ['--filter', filter, '--columns', 'args'], async () => {
      for (const request of requests) await stage.run(request);
    });
    // the filter's columns are not shown for that
    expect(seen).toEqual([{ v: 1, type: 'exec', args: ['true', '--force'] }]);
  });

  it('--filter: columns that must be collected for it', async () => {
    const [{ path, directory }] = testCgroup();
    const filter = `cgroup == "${path}" && cwd == "/usr" && exe.endsWith("/true")`;
    const requests = [
      program('no'),
      program('yes', { cwd: '/usr', cgroup: directory }),
      program('no', { cwd: '/usr' }),
    ];
    const seen = await events(stage, ['--filter', filter, '--columns', 'args'], async () => {
      for (const request of requests) await stage.run(request);
    });
    expect(marks(seen)).toEqual(['yes']);
  });

  it('an event on which the filter has no answer is no match, and that is said once', async () => {
    const { stdout, stderr } = await observe(
      'execsnoop',
      ['--json', '-P', `${stage.pid}`, '--filter', 'args[1] == "yes"'],
      async () => {
        for (const args of [['true'], ['true', 'yes'], ['true']]) await stage.run({ file: '/bin/true', args });
      },
    );
    expect(marks(recordsOf(stdout).slice(0, -1))).toEqual(['yes']);
    expect(stderr.match(/^execsnoop: filter: .*: an event without an answer is no match$/gm)).toHaveLength(1);
  });
});
