import type { View } from '../stream/parts.ts';
import type { TopRow } from './model.ts';

/** How a session is opened, besides the options of the tool and of its shape. */
export interface TopWays {
  /** How long a row that has fallen silent stays, ns. */
  readonly linger: number;
  /** All rows can be seen, however many there are. */
  readonly scrolls: boolean;
  /** Told, one line each, of what is worth knowing but no error. */
  readonly warn: (message: string) => void;
  /** Only this process and its descendants, by its id here. */
  readonly root?: number;
  /** Makes what is told of the rows, before anything is attached. */
  readonly prepare?: (view: View<TopRow>) => Promise<unknown>;
}
