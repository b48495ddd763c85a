import { describe, expect, it } from 'vitest';
import { streamCommand } from '../../src/kit/command.ts';
import { toolHelp } from '../../src/kit/help.ts';
import { sampleTool } from './sample-tool.ts';

describe('help of a tool', () => {
  it('ends with columns, ways to attach, examples and blind spots, 80 columns wide', () => {
    expect(toolHelp(sampleTool).split('\n')).toEqual([
      '',
      'Columns (default: comm):',
      '  pid   process id',
      '  comm  command of the process that blinked with at most 2 eyes, which is said',
      '        at such length that it does not fit',
      '',
      'Ways to attach (--plan), in order of preference:',
      '  blink  fentry, tracepoint',
      '  wink   kprobe',
      '',
      'Examples:',
      '  # all of them',
      '  ebpf-kit blinksnoop -s',
      '',
      'Blind spots:',
      '  - Who sleeps does not blink.',
      '  - A blink of less than a nanosecond, which is shorter than most, goes unseen.',
    ]);
  });

  it("begins with the tool's own options, then those of all such tools; an alias goes without saying", () => {
    let help = '';
    streamCommand(sampleTool)
      .configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 })
      .outputHelp();
    const [own, shared] = help.split('Output:');
    expect(own.match(/-{1,2}\w[\w-]*(?=[ ,])/g)).toEqual(['-s', '--slow', '-p', '--pid', '--max-eyes', '-h', '--help']);
    expect(own).toMatch(/^ {2}-s, --slow +slow ones, too$/m);
    expect(shared).toMatch(/^ {2}--columns <list> /m);
    expect(shared).toMatch(/^ {2}-v, --verbose /m);
    expect(help).not.toMatch(/ -P[ ,]/);
  });
});

describe('the command line of a tool', () => {
  const parsed = (...args: string[]) => {
    const command = streamCommand(sampleTool)
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    command.action(() => undefined).parse(args, { from: 'user' });
    return command.opts();
  };

  it.each([
    [['-p', '7'], { pid: 7 }],
    [['-P', '7'], { pid: 7 }],
    [['--pid=7'], { pid: 7 }],
    [['-sP7', '--max-eyes', '3'], { slow: true, pid: 7, maxEyes: 3 }],
    [['--json', '--max-events', '3'], { json: true, maxEvents: 3 }],
    [['--columns', '+pid'], { columns: '+pid' }],
    [['--columns', '-pid'], { columns: '-pid' }],
    [[], {}],
  ])('%j', (args, options) => expect(parsed(...args)).toEqual(options));

  it.each([
    [['--pidd', '1'], "error: unknown option '--pidd'\n(Did you mean --pid?)"],
    [['-p'], "error: option '-p, --pid <pid>' argument missing"],
    [['-p', '0'], 'process id: "0" is less than 1'],
    [['word'], 'error: too many arguments. Expected 0 arguments but got 1.'],
  ])('refuses %j', (args, message) => expect(() => parsed(...args)).toThrow(message));
});
