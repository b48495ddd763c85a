import { cutText, displayWidth, escapeText } from '../text.ts';

/** How text looks. Bold, dim and inverse are no colours: they stay where colours are not wanted. */
export type Style = keyof typeof SGR;

/** ECMA-48 8.3.117. */
const SGR = { bold: '1', dim: '2', inverse: '7', red: '31', green: '32', yellow: '33', cyan: '36' } as const;
const RESET = '\x1b[0m';
const COLOUR = /^3/;

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One line of the screen: what stands in it from the left, and, with `fill`, how all of its width looks. */
export interface Line {
  readonly spans: readonly (string | Span)[];
  readonly fill?: Style;
}

/** What a terminal can show. */
export interface Look {
  /** Colours are wanted. */
  readonly colour: boolean;
  /** Its character encoding is UTF-8. */
  readonly utf8: boolean;
}

export const line = (...spans: readonly (string | Span)[]): Line => ({ spans });

/** The line as bytes for a terminal `width` (1 or more) cells wide, never more; what does not fit is cut, and marked. */
export function paintLine({ spans, fill }: Line, width: number, look: Look): { text: string; cells: number } {
  let text = '';
  let cells = 0;
  for (const span of spans) {
    const { text: raw, style = fill } = typeof span === 'string' ? { text: span } : span;
    if (raw === '') continue;
    // every span is escaped here, so that no view can forget to
    const shown = cells < width ? cutText(escapeText(raw), width - cells, look.utf8 ? '…' : '~') : '';
    text += paint(shown, style, fill, look);
    cells += displayWidth(shown);
  }
  if (fill === undefined || cells >= width) return { text, cells };
  return { text: text + paint(' '.repeat(width - cells), fill, fill, look), cells: width };
}

function paint(text: string, style: Style | undefined, fill: Style | undefined, { colour }: Look): string {
  const codes = [...new Set([style, fill])]
    .flatMap((name) => (name === undefined ? [] : [SGR[name]]))
    .filter((code) => colour || !COLOUR.test(code));
  return codes.length > 0 && text !== '' ? `\x1b[${codes.join(';')}m${text}${RESET}` : text;
}
