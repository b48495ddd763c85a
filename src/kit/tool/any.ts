import type { AnyControl } from '../control/define.ts';
import type { AnyStream } from './define.ts';

/** Any tool, for code that does not care which: `shape` tells them apart. */
export type AnyTool = AnyStream | AnyControl;
