import { readClocks } from '../../bpf/clock.ts';
import { FoundMaps, programFacts } from '../../bpf/found.ts';
import { linkState, type Opened, openById, replaceProgram } from '../../bpf/links.ts';
import type { BpfObject } from '../../bpf/object.ts';
import { readAbout } from './about.ts';
import type { AnyControl, Interface, Maps } from './define.ts';
import type { AttachedInterface } from './xdp.ts';

/** The command that has made a change takes it back itself, unless it is killed; ns. */
const GRACE = 1e9;

/** An interface that this run has under control. */
export class Held {
  readonly at: Interface;
  /** What was loaded for it here: it holds the link. */
  readonly object: BpfObject;
  readonly attached: AttachedInterface;
  readonly #tool: AnyControl;
  #program: number;
  /** The program in use, held so that it can come back. */
  #now: Opened | undefined;
  /** The one before, while the one in use waits to be confirmed. */
  #before: Opened | undefined;
  #found: FoundMaps | undefined;
  #seen: string | undefined;

  constructor(tool: AnyControl, at: Interface, attached: AttachedInterface) {
    this.#tool = tool;
    this.at = at;
    this.object = attached.object;
    this.attached = attached;
    this.#program = linkState(attached.link.fd).program;
    // it ends with the object
    this.#now = { fd: attached.program, [Symbol.dispose]: () => undefined };
  }

  /** The maps in use: another command may have put another program in the place of the first one. */
  get maps(): Maps {
    return this.#found ?? this.object;
  }

  get state(): unknown {
    return this.#tool.read(this.maps);
  }

  /** What has happened since this was asked last. @throws BpfError */
  look(): 'gone' | 'changed' | 'same' {
    const { ifindex, program } = linkState(this.attached.link.fd);
    if (ifindex === 0) return 'gone';
    if (program !== this.#program) this.#follow(program);
    const seen = this.#tool.live === 'maps' ? this.#fingerprint() : `${program}`;
    const changed = this.#seen !== undefined && this.#seen !== seen;
    this.#seen = seen;
    return changed ? 'changed' : 'same';
  }

  #follow(program: number): void {
    const facts = programFacts(program);
    if (!facts) return; // replaced once more
    this.#found?.close();
    this.#found = new FoundMaps(this.object.layout, facts);
    this.#program = program;
    this.#before?.[Symbol.dispose]();
    this.#before = this.#now;
    this.#now = openById('prog', program);
  }

  /**
   * Takes a change back that was not confirmed in time, where the command that made it is not there to do so.
   * @returns whether it did
   */
  takeBack(): boolean {
    if (!this.#before || !this.#now) return false;
    const due = readAbout(this.maps).confirm_by;
    if (due === 0) {
      this.#before[Symbol.dispose]();
      this.#before = undefined;
    }
    if (!this.#before || readClocks().boot < due + GRACE) return false;
    replaceProgram(this.attached.link.fd, this.#before.fd, this.#now.fd);
    return true;
  }

  /** A state's text may tell how the time goes by; its first word does not. */
  #fingerprint(): string {
    const { state } = this;
    const [word] = this.#tool.describe(state).split(/\W/);
    return `${word} ${JSON.stringify(state)}`;
  }

  close(): void {
    this.#before?.[Symbol.dispose]();
    this.#now?.[Symbol.dispose]();
    this.#found?.close();
    this.object.close();
  }
}
