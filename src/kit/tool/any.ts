import type { AnyControl } from '../control/define.ts';
import type { AnyTopTool } from '../top/define.ts';
import type { AnyStream } from './define.ts';

/** Any tool, for code that does not care which: `shape` tells them apart. */
export type AnyTool = AnyEventTool | AnyTopTool;

/** Any tool that shows events. */
export type AnyEventTool = AnyStream | AnyControl;
