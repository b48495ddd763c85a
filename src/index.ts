export { stringToBytes } from './btf/bytes.ts';
export type { CommandEnd } from './kit/child/hold.ts';
export { ExitCode, KitError, UsageError } from './kit/errors.ts';
export type { ToolName } from './registry.ts';
export { type EventOf, type Trace, type TraceOptions, trace } from './trace.ts';
