import { readSync } from 'node:fs';
import { openMailbox } from './mailbox.ts';
import { step } from './step.ts';

/** An attached program. The kernel detaches it when the process ends, however it ends. */
export interface Link extends Disposable {
  /** The descriptor that holds it (the first, where it takes several); owned by the link, -1 when detached. */
  readonly fd: number;
  /** Detaches at once; idempotent. */
  detach(): void;
}

/** @param release gives the descriptor back; called once */
export function makeLink(descriptor: number, release: () => void): Link {
  let fd = descriptor;
  const detach = () => {
    if (fd < 0) return;
    fd = -1;
    release();
  };
  return {
    get fd() {
      return fd;
    },
    detach,
    [Symbol.dispose]: detach,
  };
}

/** The links of one object. */
export class LinkSet {
  readonly #links = new Set<Link>();

  add(link: Link): Link {
    for (const other of this.#links) if (other.fd < 0) this.#links.delete(other);
    this.#links.add(link);
    return link;
  }

  detach(): void {
    for (const link of this.#links) link.detach();
    this.#links.clear();
  }
}

/** Runs an attached iterator program once, to its end, and returns all that it wrote. @throws BpfError */
export function readIterator(link: Link): Buffer {
  const fd = step('open iterator', () => openMailbox().native.bpf_iter_create(link.fd));
  const chunks: Buffer[] = [];
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const length = step('read iterator', () => read(fd, chunk));
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    openMailbox().native.close(fd);
  }
}

/** Bytes read, 0 at the end, or a negative errno. */
function read(fd: number, chunk: Buffer): number {
  try {
    return readSync(fd, chunk);
  } catch (error) {
    const { code, errno = 0 } = error as NodeJS.ErrnoException;
    // after a million objects without output the kernel takes a breath (bpf_seq_read)
    return code === 'EAGAIN' ? read(fd, chunk) : errno;
  }
}
