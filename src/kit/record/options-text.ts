/** What JSON has no form for. */
interface Marked {
  readonly $regex?: string;
  readonly $bigint?: string;
}

/** A tool's parsed options as JSON can hold them. */
export function optionsToJson(options: Readonly<Record<string, unknown>>): unknown {
  const text = JSON.stringify(options, (_, value: unknown) => {
    if (value instanceof RegExp) return { $regex: value.source } satisfies Marked;
    if (typeof value === 'bigint') return { $bigint: `${value}` } satisfies Marked;
    return value;
  });
  return JSON.parse(text);
}

/** The same, parsed. */
export function optionsFromJson(json: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(json ?? {}), (_, value: unknown) => {
    const { $regex, $bigint } = (typeof value === 'object' && value !== null ? value : {}) as Marked;
    if ($regex !== undefined) return new RegExp($regex);
    if ($bigint !== undefined) return BigInt($bigint);
    return value;
  });
}
