import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatCosts, parseCosts, readCosts } from '../../../scripts/kernels/cost.mjs';
import { documents, readRows, withTables } from '../../../scripts/kernels/support.mjs';
import { root } from '../../../scripts/lib/run.mjs';
import { loadingTools } from '../../vm/cost.ts';

describe('the tables of what works where', () => {
  const since = (plan: string, since: string | null, observation = 'exec', because?: string) => ({
    ...{ tool: 'snoop', observation, plan, since },
    ...(because && { because }),
  });
  const fill = (name: string, rows: Parameters<typeof withTables>[1]) => {
    const [, table] =
      /-->\n\n([\s\S]*)\n<!-- end/.exec(withTables(`<!-- support: ${name} -->\nold\n<!-- end -->`, rows)) ?? [];
    return table.trim().split('\n').slice(2);
  };

  test('in the documents are those of now', () => {
    expect(documents()).toContain('docs/support.md');
    for (const file of documents()) {
      const text = readFileSync(join(root, file), 'utf8');
      expect(withTables(text, readRows()), `${file}: node scripts/kernels/support.mjs`).toBe(text);
    }
  });

  test('leave everything around them alone', () => {
    const text = 'before\n<!-- support: nothing -->\nx\n<!-- end -->\nafter';
    expect(withTables(text, [])).toBe(text);
  });

  test('say of a tool what it cannot observe', () => {
    const way = since('fentry', '6.1');
    expect(fill('tools', [way, since('kprobe', '5.10')])).toEqual(['| `snoop` | ✓ | ✓ | ✓ |']);
    expect(fill('tools', [way])).toEqual(['| `snoop` | no | ✓ | ✓ |']);
    expect(fill('tools', [way, since('kprobe', null), since('kprobe', '6.2', 'exit')])).toEqual([
      '| `snoop` | no | not: exit | ✓ |',
    ]);
  });

  test('say of a way why it does not work', () => {
    expect(fill('plans', [since('fentry', '6.2', 'exec', 'too old')])).toEqual([
      '| `snoop` | exec | fentry | too old | too old | ✓ |',
    ]);
    expect(fill('hooks', [{ ...since('tc', null), tool: 'loader' }])).toEqual(['| tc | no | no | no |']);
  });
});

describe('what programs cost the verifier', () => {
  const costs = { '6.12': { 'snoop/exec': 123456, 'snoop/exit': 7 }, '5.10': { 'snoop/exec': 9 } };

  test('is a table, oldest kernel first', () => {
    const text = formatCosts(costs);
    expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      'program       5.10    6.12',
      'snoop/exec       9  123456',
      'snoop/exit       -       7',
      '',
    ]);
    expect(parseCosts(text)).toEqual(costs);
  });

  test('is recorded for every program, on every kernel', async () => {
    const programs: string[] = [];
    for (const { name, object } of await loadingTools()) {
      programs.push(...Object.keys(object.programs).map((program) => `${name}/${program}`));
    }
    const recorded = readCosts();
    expect(Object.keys(recorded)).toEqual(expect.arrayContaining(['5.10', '6.1', '6.12']));
    const known = new Set(Object.values(recorded).flatMap(Object.keys));
    expect([...known].toSorted(), 'npm run test:kernels -- --update').toEqual(programs.toSorted());
  });
});
