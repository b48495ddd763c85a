import { accessSync, constants, statSync } from 'node:fs';
import { constants as os } from 'node:os';
import { join } from 'node:path';
import { stringToBytes } from '../../btf/bytes.ts';
import { errnoText } from '../../host/errno.ts';
import { ExitCode, KitError } from '../errors.ts';
import { escapeText } from '../text.ts';

/** Where execvp(3) looks when there is no PATH. */
const USUAL_PATH = '/bin:/usr/bin';

/**
 * The file that a shell would run. The search is done here, and not by execvp(3), so that the tries that fail are no
 * events of the command.
 * @param name as it was typed
 * @param path folders separated by colons; an empty one is the current folder
 * @throws KitError with the shell's status: 127 when there is no such file, 126 when it cannot be executed
 */
export function findProgram(name: string, path: string = process.env.PATH ?? USUAL_PATH): string {
  if (name.includes('/')) {
    const refused = refusal(name);
    if (refused) throw unusable(name, errnoText(refused), refused);
    return name;
  }
  const files = name === '' ? [] : path.split(':').map((folder) => join(folder || '.', name));
  const found = files.find((file) => !refusal(file));
  if (found !== undefined) return found.includes('/') ? found : `./${found}`;
  const denied = files.map(refusal).find((errno) => errno === -EACCES);
  if (denied) throw unusable(name, errnoText(denied), denied);
  throw unusable(name, 'command not found', -ENOENT);
}

/** What a shell says of a command that could not be started. @param errno negative */
export function unusable(name: string, cause: string, errno: number): KitError {
  const status = errno === -ENOENT ? ExitCode.notFound : ExitCode.notExecutable;
  return new KitError(`${escapeText(name)}: ${cause}`, status);
}

const { EACCES, EISDIR, ENOENT } = os.errno;

/** The negative errno of trying to execute it; 0: it may be. */
function refusal(name: string): number {
  const file = stringToBytes(name);
  try {
    if (statSync(file).isDirectory()) return -EISDIR;
    accessSync(file, constants.X_OK);
    return 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno ?? -EACCES;
  }
}
