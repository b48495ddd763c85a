import type { OpenTopView } from './model.ts';

/** The view for a terminal, loaded when there is one; undefined: tables one below the other. */
export const loadView: (() => Promise<OpenTopView>) | undefined = undefined;
