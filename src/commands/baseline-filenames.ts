import { realpathSync } from 'node:fs';
import { posix } from 'node:path';
import { type Filename, filenames } from '../gen/filenames.ts';
import { column } from '../kit/columns/typed-columns.ts';
import { defineStream } from '../kit/tool/define.ts';

/** Files that are renamed, linked or cut, which nobody opens for that: no tool of its own, but what a baseline needs. */
export const filenamesTool = defineStream({
  name: 'filenames',
  group: 'files',
  summary: 'names that files get, and files that are cut',
  object: filenames,
  event: filenames.events.filename,
  type: 'filename',
  options: {},
  columns: () => ({
    file: column({
      head: 'FILE',
      width: 24,
      type: 'string',
      nullable: true,
      doc: 'absolute path; null where it is not known',
      value: placeOf,
    }),
  }),
  plan: { names: { tp_btf: ['filename_tp_btf'], raw_tp: ['filename_raw_tp'] } },
  setup: () => ({ observe: ['names'], constants: {} }),
  defaults: () => ['file'],
  examples: [],
  blindSpots: [],
});

/** Without symbolic links in its folder, as far as that is still there. */
function placeOf({ path, directory, is_relative }: Filename): string | null {
  if (path === '' || (is_relative && directory === '')) return null;
  const whole = posix.normalize(is_relative ? `${directory}/${path}` : path).replace(/(?<=.)\/$/, '');
  try {
    return posix.join(realpathSync(posix.dirname(whole)), posix.basename(whole));
  } catch {
    return whole;
  }
}
