import { describe, expect, it, vi } from 'vitest';
import { BpfError } from '../../src/bpf/error.ts';
import { explain } from '../../src/kit/doctor/explain.ts';
import { describe as tell } from '../../src/kit/doctor/report.ts';
import { KitError, UsageError } from '../../src/kit/errors.ts';
import { PlanError } from '../../src/kit/tool/attach-plan.ts';

vi.mock(import('../../src/kit/doctor/explain.ts'), () => ({ explain: vi.fn() }));

/** Explained as its message says. */
const refused = (cause: string) => new BpfError(cause, 1, 'EPERM', '');
const attempt = (alternative: string, cause: string) => ({ observation: 'exec', alternative, error: refused(cause) });

describe('a report', () => {
  it('of an error with a remedy: two lines', () => {
    expect(tell(new KitError('it failed: why', 69, 'do this'))).toEqual({
      lines: ['it failed: why', 'do this'],
      exitCode: 69,
    });
    expect(tell(new UsageError('wrong', 'x = 1\n  ^'))).toEqual({ lines: ['wrong', 'x = 1', '  ^'], exitCode: 2 });
    expect(tell(new UsageError('wrong'))).toEqual({ lines: ['wrong'], exitCode: 2 });
  });

  it('of anything that was thrown: one line, status 1', () => {
    expect(tell(new TypeError('a bug'))).toEqual({ lines: ['a bug'], exitCode: 1 });
    expect(tell('text')).toEqual({ lines: ['text'], exitCode: 1 });
  });

  it('of a refusal: how it is explained', () => {
    vi.mocked(explain).mockReturnValue({ cause: 'no permission', remedy: 'use sudo', exitCode: 77 });
    expect(tell(refused('load'))).toEqual({ lines: ['no permission', 'use sudo'], exitCode: 77 });
    vi.mocked(explain).mockReturnValue({ cause: 'no permission', exitCode: 77 });
    expect(tell(refused('load'))).toEqual({ lines: ['no permission'], exitCode: 77 });
  });

  it('of a plan that failed: every attempt with its cause', () => {
    vi.mocked(explain).mockImplementation(({ what }) => ({ cause: `this kernel has no ${what}`, exitCode: 69 }));
    const error = new PlanError('exec', [attempt('fentry', 'trampoline'), attempt('kprobe', 'kprobes')]);
    expect(tell(error)).toEqual({
      lines: [
        'cannot observe exec here, all ways failed',
        '  fentry: this kernel has no trampoline',
        '  kprobe: this kernel has no kprobes',
        'see ebpf-kit doctor',
      ],
      exitCode: 69,
    });
  });

  it('of a plan that failed for one cause: that one', () => {
    vi.mocked(explain).mockReturnValue({ cause: 'no permission', remedy: 'use sudo', exitCode: 77 });
    const error = new PlanError('exec', [attempt('fentry', 'a'), attempt('kprobe', 'b')]);
    expect(tell(error)).toEqual({ lines: ['no permission', 'use sudo'], exitCode: 77 });
  });
});
