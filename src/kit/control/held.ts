import { FoundMaps, programFacts } from '../../bpf/found.ts';
import { linkState } from '../../bpf/links.ts';
import type { BpfObject } from '../../bpf/object.ts';
import type { AnyControl, Interface, Maps } from './define.ts';
import type { AttachedInterface } from './xdp.ts';

/** An interface that this run has under control. */
export class Held {
  readonly at: Interface;
  /** What was loaded for it here: it holds the link. */
  readonly object: BpfObject;
  readonly attached: AttachedInterface;
  readonly #tool: AnyControl;
  #program: number;
  #found: FoundMaps | undefined;
  #seen: string | undefined;

  constructor(tool: AnyControl, at: Interface, attached: AttachedInterface) {
    this.#tool = tool;
    this.at = at;
    this.object = attached.object;
    this.attached = attached;
    this.#program = linkState(attached.link.fd).program;
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
  }

  /** A state's text may tell how the time goes by; its first word does not. */
  #fingerprint(): string {
    const { state } = this;
    const [word] = this.#tool.describe(state).split(/\W/);
    return `${word} ${JSON.stringify(state)}`;
  }

  close(): void {
    this.#found?.close();
    this.object.close();
  }
}
