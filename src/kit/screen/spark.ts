/** From nothing to all, in eighths: U+2581 to U+2588, and U+258F to U+2588. */
const HEIGHTS = ' ▁▂▃▄▅▆▇█';
const LENGTHS = ' ▏▎▍▌▋▊▉█';
const ASCII_HEIGHTS = ' .:-=+*%#';

/**
 * Values as heights, the newest on the right; blank where there is none yet.
 * @param values 0 or more, oldest first: the last `width` of them are shown
 * @param max the value of full height; by default the largest one that is shown
 */
export function sparkline(values: readonly number[], width: number, utf8: boolean, max?: number): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const top = max ?? Math.max(...shown, 0);
  const marks = shown.map((value) => eighth(value / top, utf8 ? HEIGHTS : ASCII_HEIGHTS));
  return marks.join('').padStart(width);
}

/** A share of 0 to 1 as a bar in `width` cells. What is not nothing is seen. */
export function bar(share: number, width: number, utf8: boolean): string {
  const eighths = share > 0 ? Math.max(1, Math.round(clamp(share) * width * 8)) : 0;
  const marks = utf8
    ? LENGTHS[8].repeat(eighths >> 3) + LENGTHS[eighths & 7].trimEnd()
    : '#'.repeat(Math.max(Math.round(eighths / 8), Math.sign(eighths)));
  return marks.slice(0, width).padEnd(width);
}

/** Something is at least an eighth. */
function eighth(share: number, marks: string): string {
  return marks[share > 0 ? Math.max(1, Math.round(clamp(share) * 8)) : 0];
}

const clamp = (share: number) => (share > 0 ? Math.min(share, 1) : 0);
