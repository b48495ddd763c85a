import { describe, expectTypeOf, it } from 'vitest';
import { type EventOf, type Trace, type TraceOptions, trace } from '../../src/index.ts';

/** What these say is proven by the compiler: npm run check. */
describe('the compiler knows', () => {
  it('the fields of an event and their types', () => {
    type Exec = EventOf<'execsnoop'>;
    expectTypeOf<Exec['pid']>().toEqualTypeOf<number>();
    expectTypeOf<Exec['comm']>().toEqualTypeOf<string>();
    expectTypeOf<Exec['args']>().toEqualTypeOf<string[]>();
    expectTypeOf<Exec['args_truncated']>().toEqualTypeOf<boolean>();
    expectTypeOf<Exec['cgroup_id']>().toEqualTypeOf<string>();
    expectTypeOf<Exec['tty']>().toEqualTypeOf<string | null>();
    expectTypeOf<Exec['container_id']>().toEqualTypeOf<string | null>();
    expectTypeOf<Exec['error']>().toEqualTypeOf<string | null>();
    expectTypeOf<Exec['time']>().toEqualTypeOf<string>();
    expectTypeOf<Exec['elapsed']>().toEqualTypeOf<number>();
    expectTypeOf<Exec>().not.toHaveProperty('reserved');
  });

  it('that only the columns that were asked for are there', () => {
    const narrow = () => trace('execsnoop', { columns: ['pid', 'args'] });
    expectTypeOf<ReturnType<typeof narrow>>().toEqualTypeOf<Trace<Pick<EventOf<'execsnoop'>, 'pid' | 'args'>>>();
  });

  it('the options and their types', () => {
    type Options = TraceOptions<'execsnoop'>;
    expectTypeOf<Options['uid']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Options['line']>().toEqualTypeOf<RegExp | undefined>();
    expectTypeOf<Options['fails']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Options['maxArgsBytes']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Options['signal']>().toEqualTypeOf<AbortSignal | undefined>();
  });

  it('wrong names', () => {
    const wrong = [
      // @ts-expect-error no such tool
      () => trace('execsnop'),
      // @ts-expect-error no such option
      () => trace('execsnoop', { pids: 1 }),
      // @ts-expect-error an option of the command line only
      () => trace('execsnoop', { json: true }),
      // @ts-expect-error no such column
      () => trace('execsnoop', { columns: ['pidd'] }),
      // @ts-expect-error an option of another type
      () => trace('execsnoop', { ppid: '1' }),
      async () => {
        // @ts-expect-error no such field
        for await (const event of trace('execsnoop')) event.pidd;
        // @ts-expect-error a field that was not asked for
        for await (const event of trace('execsnoop', { columns: ['pid'] })) event.args;
      },
    ];
    expectTypeOf(wrong).toBeArray();
  });
});
