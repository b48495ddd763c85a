import { canDraw } from '../screen/terminal-kind.ts';
import type { OpenTopView } from './model.ts';

/** The view for a terminal, loaded when there is one that can show it; undefined: tables one below the other. */
export const loadView: (() => Promise<OpenTopView>) | undefined = canDraw()
  ? async () => (await import('./screen/screen-view.ts')).openScreenView
  : undefined;
