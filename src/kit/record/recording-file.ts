import { type FileHandle, open } from 'node:fs/promises';
import { emptyFile } from '../../host/empty-file.ts';
import { causeOf } from '../../host/errno.ts';
import { ExitCode, KitError } from '../errors.ts';
import { encodeBlock } from './block.ts';

/** Characters that may wait to be written: at once with the compression of a second, in which all of it must be done. */
const BACKLOG = 16 * 1024 * 1024;
/** Characters that make a block worth while. */
const BLOCK = 512 * 1024;
/** The longest that a line waits for a block to be full, ms: what a crash can cost. */
const GATHER = 500;

/** A recording that is being written: lines are gathered, compressed and appended, beside everything else. */
export class RecordingFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #onError: (error: KitError) => void;
  #lines: string[] = [];
  #gathered = 0;
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;

  private constructor(path: string, file: FileHandle, onError: (error: KitError) => void) {
    this.#path = path;
    this.#file = file;
    this.#onError = onError;
  }

  /**
   * What the file holds stays until `begin`.
   * @param onError told once, if it cannot be written
   * @throws KitError if it cannot be opened
   */
  static async open(path: string, onError: (error: KitError) => void): Promise<RecordingFile> {
    try {
      // others have no business in what programs were told; never truncated by opening alone
      return new RecordingFile(path, await open(path, 'a', 0o600), onError);
    } catch (error) {
      throw failure(path, error);
    }
  }

  /** Empties the file. */
  begin(): void {
    emptyFile(this.#file.fd);
  }

  /**
   * Takes a line, without its end, or refuses it: there is no more room, because the disk does not keep up.
   * @param now it does not wait for more
   */
  write(line: string, now = false): boolean {
    if (this.#failed || this.#waiting + line.length > BACKLOG) return false;
    this.#lines.push(line);
    this.#gathered += line.length;
    this.#waiting += line.length;
    if (now || this.#gathered >= BLOCK) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), GATHER);
    return true;
  }

  /** Resolves when all is written. */
  async flush(): Promise<void> {
    while (this.#gathered > 0 || this.#writing) await (this.#writing ?? this.#write());
  }

  /** Writes all, and closes the file. */
  async end(): Promise<void> {
    await this.flush();
    await this.#file.close();
  }

  /** Gives up what is not written yet; idempotent. */
  close(): void {
    clearTimeout(this.#timer);
    this.#failed = true;
    void Promise.resolve(this.#writing).then(() => this.#file.close());
  }

  /** Makes all that was gathered one block: in a storm each of them takes so many turns of the event loop. */
  #write(): Promise<void> | undefined {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing || this.#gathered === 0) return this.#writing;
    const text = `${this.#lines.join('\n')}\n`;
    const size = this.#gathered;
    this.#lines = [];
    this.#gathered = 0;
    this.#writing = this.#append(text).then(() => {
      this.#waiting -= size;
      this.#writing = undefined;
      if (this.#gathered >= BLOCK) this.#write();
      else if (this.#gathered > 0) this.#timer ??= setTimeout(() => this.#write(), GATHER);
    });
    return this.#writing;
  }

  async #append(text: string): Promise<void> {
    if (this.#failed) return;
    try {
      await this.#file.appendFile(await encodeBlock(text));
    } catch (error) {
      this.#failed = true;
      this.#onError(failure(this.#path, error));
    }
  }
}

function failure(path: string, error: unknown): KitError {
  return new KitError(`recording to ${path}: ${causeOf(error)}`, ExitCode.failure);
}
