/** One printable line, whatever the bytes. */
export declare function escapeText(text: string): string;
/** bcc's -q: double quotes around it, inner " and \ escaped; control characters as escapeText. */
export declare function quoteArg(arg: string): string;
/** Terminal cells of printable text. */
export declare function displayWidth(text: string): number;
/** A JSON string without raw control characters, or {"b64":"…"} when it holds bytes that are not UTF-8. */
export declare function jsonString(text: string): string;
/** The name in `known` nearest to `name`, when near enough to be a slip of the finger. */
export declare function nearest(name: string, known: Iterable<string>): string | undefined;
