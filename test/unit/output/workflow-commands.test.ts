import { describe, expect, it } from 'vitest';
import { withoutCommands } from '../../../src/kit/output/workflow-commands.ts';

describe('text for the log of GitHub Actions', () => {
  it.each([
    ['::error::x', '\\x3a:error::x'],
    ['  ::warning file=a b::x', '  \\x3a:warning file=a b::x'],
    ['a\n\t::stop-commands::x\n::debug::', 'a\n\t\\x3a:stop-commands::x\n\\x3a:debug::'],
    [':::error::x', ':::error::x'],
    ['a ::error::x', 'a ::error::x'],
    ['a ##[add-mask]b', 'a ##\\x5badd-mask]b'],
  ])('%j has no command', (text, without) => {
    expect(withoutCommands(text)).toBe(without);
  });

  it.each(['::1', '::1 80 ::1', '::ffff:127.0.0.1,::1', '{"addr":"::"}', 'std::string::size', '#[test]'])(
    '%j is none',
    (text) => {
      expect(withoutCommands(text)).toBe(text);
    },
  );

  it('is the same for those who read its form', () => {
    const json = JSON.stringify(['##[error]']);
    expect(JSON.parse(withoutCommands(json, 'json'))).toEqual(['##[error]']);
    expect(withoutCommands(json, 'json')).not.toContain('##[');
    expect(withoutCommands('<a>##[error]</a>', 'xml')).toBe('<a>##&#91;error]</a>');
  });
});
