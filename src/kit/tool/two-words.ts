/** What stands between two words that are one argument: no word of a command line can hold it. */
export const BETWEEN_WORDS = '\0';

/** Options with two words, the second of which begins as a number does. */
const TWO_WORDS: ReadonlySet<string> = new Set(['--expect-count']);

/**
 * The words of a command line, with two words made one where an option takes two: commander knows options with one
 * argument, or with all that follow. What stands behind `--` is another command's.
 */
export function joinTwoWords(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '--') return [...joined, ...words.slice(i)];
    const [name, ...value] = word.split('=');
    const first = value.length > 0 ? i : i + 1;
    const second = words[first + 1] ?? '';
    if (!TWO_WORDS.has(name) || !/^[.\d]/.test(second)) joined.push(word);
    else {
      joined.push(name, `${value.length > 0 ? value.join('=') : words[first]}${BETWEEN_WORDS}${second}`);
      i = first + 1;
    }
  }
  return joined;
}
