import { homedir, tmpdir } from 'node:os';
import { parseOpenFlags } from '../host/open-flags.ts';
import { type Baseline, makeBaseline } from '../kit/baseline/baseline.ts';
import { normalisePath, normaliseRemote, type Places } from '../kit/baseline/normalise.ts';
import { shellStatus } from '../kit/child/end.ts';
import { handOnSignals } from '../kit/child/hand-on.ts';
import { type Child, hold } from '../kit/child/hold.ts';
import type { Columns } from '../kit/columns/columns.ts';
import { rowOf } from '../kit/columns/typed-columns.ts';
import { openStream } from '../kit/stream/stream.ts';
import type { AnyTool } from '../kit/tool/any.ts';
import { withDefaults } from '../kit/tool/options.ts';
import { loadTool } from '../registry.ts';
import { filenamesTool } from './baseline-filenames.ts';

/** What a command has done, and whether all of it was seen. */
export interface Watched {
  readonly baseline: Baseline;
  /** The command's exit status, as a shell has it. */
  readonly status: number;
  /** Events that are missing. */
  readonly lost: number;
}

type Row = Readonly<Record<string, unknown>>;

/** Files that everybody may write, and that keep nothing. */
const DEVICES = /^\/dev\/(null|zero|full|tty|ptmx|std(in|out|err))$/;

/**
 * Runs a command, and sees what it and its descendants execute, write and connect to.
 * @param warn told, one line each, of what is worth knowing
 * @throws KitError, BpfError, PlanError; the command has not begun then
 */
export async function watchCommand(words: readonly string[], warn: (message: string) => void): Promise<Watched> {
  const places: Places = {
    tree: process.cwd(),
    home: homedir(),
    temporary: [...new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])],
  };
  const found = { programs: new Set<string>(), writes: new Set<string>(), connects: new Set<string>() };
  using child = hold(words);
  const end = new AbortController();
  const signals = handOnSignals(child);
  const start = (tool: AnyTool, options: Row, columns: readonly string[], see: (row: Row) => void) =>
    startWatcher(child, end.signal, { tool, options, columns, see, warn });
  const write = (file: unknown) => {
    if (typeof file !== 'string' || DEVICES.test(file)) return;
    const path = normalisePath(file, places);
    if (!/^\.(\/|$)/.test(path)) found.writes.add(path);
  };
  try {
    await using programs = await start(await loadTool('execsnoop'), {}, ['exe'], ({ exe }) => {
      found.programs.add(normalisePath(String(exe), places));
    });
    const flagFilter = ['O_WRONLY', 'O_RDWR', 'O_CREAT', 'O_TRUNC'].flatMap(parseOpenFlags);
    await using writes = await start(await loadTool('opensnoop'), { flagFilter }, ['err', 'file'], (row) => {
      if (row.err === 0) write(row.file);
    });
    await using names = await start(filenamesTool as unknown as AnyTool, {}, ['file'], ({ file }) => write(file));
    await using connects = await start(
      await loadTool('tcpconnect'),
      { dns: true },
      ['raddr', 'rport', 'query'],
      (row) => {
        found.connects.add(
          normaliseRemote({ addr: `${row.raddr}`, port: Number(row.rport), name: row.query as string | null }),
        );
      },
    );
    const refused = child.release();
    const ended = await child.ended;
    await refused;
    end.abort();
    let lost = 0;
    for (const watcher of [programs, writes, names, connects]) lost += await watcher.end();
    return { baseline: makeBaseline(found), status: shellStatus(ended), lost };
  } finally {
    end.abort();
    signals.close();
  }
}

interface Watching {
  readonly tool: AnyTool;
  readonly options: Row;
  readonly columns: readonly string[];
  readonly see: (row: Row) => void;
  readonly warn: (message: string) => void;
}

/** One of the tools; it goes on until it is disposed of, or `signal`. */
async function startWatcher(child: Child, signal: AbortSignal, { tool, options, columns, see, warn }: Watching) {
  if (tool.shape !== 'stream') throw new TypeError(`${tool.name} shows no stream of events`);
  const all = withDefaults(tool.options, options);
  const stream = await openStream(tool, all, { columns: columns.join(','), root: child.pid }, warn);
  const row = rowOf<object, Columns<object>>(stream.all, columns);
  const read = (async () => {
    for await (const batch of stream.batches(signal)) for (const event of batch) see(row(event));
  })();
  read.catch(() => undefined);
  return {
    /** Once all has been read. @returns how many events are missing */
    async end(): Promise<number> {
      await read;
      const { ring, missed, strays, late } = stream.session.losses();
      return ring + missed + strays + late;
    },
    [Symbol.asyncDispose]: async () => stream.session.close(),
  };
}
