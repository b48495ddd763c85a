import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { pickColumns } from '../../../src/kit/columns/columns.ts';
import { type TableOptions, tableWriter } from '../../../src/kit/output/table.ts';
import { type Visit, visit, visitColumns } from './sample.ts';

const table = (names: string, options?: TableOptions) => tableWriter(pickColumns(visitColumns, [], names), options);
const row = (names: string, event: Partial<Visit>, options?: TableOptions) =>
  table(names, options).rows([visit(event)]);

describe('a table', () => {
  it('has bcc’s shape: padded columns, a free last one', () => {
    const writer = table('comm,pid,ret,args');
    expect(writer.header()).toBe('COMM             PID     RET ARGS\n');
    expect(writer.rows([visit(), visit({ comm: 'make', pid: 1234567, ret: -2, args: ['make', '-j', '8'] })])).toBe(
      'bash             42        0 ls -l\n' + //
        'make             1234567  -2 make -j 8\n',
    );
  });
  it('lets a long value push the rest of its row', () => {
    expect(row('pid,comm', { pid: 123456789 })).toBe('123456789 bash\n');
  });
  it('pads by terminal cells, not by characters', () => {
    expect(row('comm,pid', { comm: '日本' })).toBe(`日本${' '.repeat(12)} 42\n`);
    expect(row('comm,pid', { comm: 'e\u0301' })).toBe(`e\u0301${' '.repeat(15)} 42\n`);
  });
  it('keeps a head that is wider than its column over its values', () => {
    const [column] = pickColumns(visitColumns, [], 'pid');
    const writer = tableWriter([{ ...column, width: 2, head: 'PROCESS' }, column]);
    expect(writer.header() + writer.rows([visit()])).toBe('PROCESS PID\n42      42\n');
  });
  it('shows forms of its own, words, yes and no, and - for nothing', () => {
    expect(row('latency,cut,tty,pid', { cut: true })).toBe('  1.50 yes -     42\n');
    expect(row('latency,cut,tty,pid', { latency: 1234.5, tty: 'pts/1' })).toBe('1234.50 no  /dev/pts/1 42\n');
  });
  it('writes one line per event, whatever it holds', () => {
    const forged = { comm: 'x\n', tty: 'a\rb', args: ['\nroot 1 0 sh', '\x1b[A', '\udcff'] };
    expect(row('comm,tty,args', forged)).toBe('x\\n              /dev/a\\rb \\nroot 1 0 sh \\e[A \\xff\n');
  });
  it('tells of losses elsewhere', () => {
    expect(table('pid').lost(3) + table('pid').summary({ events: 1, lost: 3, duration_ms: 5 })).toBe('');
  });
});

describe('a table on a terminal', () => {
  const width = (cells: number) => ({ width: () => cells });

  it('cuts the last column to it', () => {
    expect(row('pid,args', { args: ['abcdefghij'] }, width(18))).toBe('42      abcdefghij\n');
    expect(row('pid,args', { args: ['abcdefghij'] }, width(17))).toBe('42      abcdefgh…\n');
    expect(row('pid,args', { args: ['日本語日本語'] }, width(14))).toBe('42      日本…\n');
  });
  it('counts what pushes, in cells', () => {
    expect(row('comm,args', { comm: '日本語日本語日本語', args: ['abcdefgh'] }, width(25))).toBe(
      '日本語日本語日本語 abcde…\n',
    );
  });
  it('leaves the last column at least the width of its head', () => {
    expect(row('comm,args', { args: ['abcdefgh'] }, width(10))).toBe('bash             abc…\n');
  });
  it('asks for the width anew, and cuts nothing when there is none', () => {
    let cells = 12;
    const writer = table('pid,args', { width: () => cells });
    const event = visit({ args: ['abcdefgh'] });
    expect(writer.rows([event])).toBe('42      abc…\n');
    cells = 0;
    expect(writer.rows([event])).toBe('42      abcdefgh\n');
  });
});

describe('a table with lists below its rows', () => {
  const columns = pickColumns(visitColumns, [], 'args,pid').map((column) =>
    column.name === 'args' ? { ...column, below: true } : column,
  );
  const events = [visit({ args: ['first', 'pid\n43'] }), visit({ args: [] })];

  it('sets every line off by a tab, and each list by an empty line', () => {
    const writer = tableWriter(columns);
    expect(writer.header()).toBe('PID\n');
    expect(writer.rows(events)).toBe('42\n\tfirst\n\tpid\\n43\n\n42\n');
  });
  it('cuts them to the terminal', () => {
    expect(tableWriter(columns, { width: () => 12 }).rows(events)).toBe('42\n\tfir…\n\tpid…\n\n42\n');
    expect(tableWriter(columns, { width: () => 3 }).rows(events)).toContain('42\n\t…\n');
  });
  it('may have nothing else', () => {
    const writer = tableWriter(columns.slice(0, 1));
    expect(writer.header() + writer.rows(events)).toBe('ARGS\n\tfirst\n\tpid\\n43\n\n');
  });
});

describe('a table with colour', () => {
  const chalk = new Chalk({ level: 1 });

  it('has a bold header and red failures, padded as without', () => {
    const writer = table('pid,ret,args', { chalk });
    expect(writer.header()).toBe('\x1b[1mPID     RET ARGS\x1b[22m\n');
    expect(writer.rows([visit({ ret: -2 })])).toBe('42       \x1b[31m-2\x1b[39m ls -l\n');
    expect(writer.rows([visit()])).toBe('42        0 ls -l\n');
  });
  it('does not count colour as width', () => {
    const options = { chalk, width: () => 15 };
    expect(row('ret,args', { ret: -2, args: ['abcdefghijkl'] }, options)).toBe(' \x1b[31m-2\x1b[39m abcdefghij…\n');
    expect(row('args,ret', { ret: -2 }, options)).toBe(`ls -l${' '.repeat(27)} \x1b[31m-2\x1b[39m\n`);
  });
});
