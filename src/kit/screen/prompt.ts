import { displayWidth } from '../text.ts';
import { type Editor, edit, editorOf, editorSpans, editorText } from './editor.ts';
import type { Key } from './keys.ts';
import { type Line, line } from './line.ts';

/** A question in one line of the screen. */
export interface Prompt {
  line(width: number): Line;
  /** Enter hands over what is written, and leaves it open. @returns whether it stays: Escape ends it */
  key(key: Key): boolean;
}

/**
 * @param text what is written there at first
 * @param accept gets what was written; whoever takes it takes the prompt away
 */
export function openPrompt(label: string, text: string, accept: (text: string) => void): Prompt {
  let editor: Editor = editorOf(text);
  return {
    line(width) {
      return line({ text: label, style: 'bold' }, ' ', ...editorSpans(editor, width - displayWidth(label) - 1));
    },
    key(key) {
      if (key === 'escape') return false;
      if (key === 'enter') accept(editorText(editor));
      else editor = edit(editor, key);
      return true;
    },
  };
}
