export { stringToBytes } from './btf/bytes.ts';
export type { ExpectedCount } from './kit/assert/assertion-options.ts';
export type { CommandEnd } from './kit/child/hold.ts';
export { ExitCode, KitError, UsageError } from './kit/errors.ts';
export type { Outcome } from './kit/stream/parts.ts';
export type { ToolName } from './registry.ts';
export { type ReplayOptions, replay } from './replay.ts';
export { trace } from './trace.ts';
export type { EventOf, Trace, TraceOptions } from './trace-types.ts';
