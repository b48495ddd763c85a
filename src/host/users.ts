/** Name of the user, or the number as text when it has none here. */
export declare function userName(uid: number): string;
/** A --uid argument: number or name (/etc/passwd, then `getent passwd`). @throws UsageError */
export declare function resolveUser(text: string): number;
