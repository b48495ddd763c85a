import { constants } from 'node:os';
import { Field, openMailbox } from './mailbox.ts';
import { step } from './step.ts';

const { EAGAIN, ENOENT } = constants.errno;
/** BPF_LINK_TYPE_XDP of include/uapi/linux/bpf.h. */
const XDP = 6;
/** What has an id: as libbpf's functions have it in their names. */
type Kind = 'link' | 'prog' | 'map';

/** A link that holds an XDP program at an interface, whoever made it. */
export interface XdpLink {
  readonly id: number;
  /** Id of its program now. */
  readonly program: number;
  /** In the network namespace of the interface; 0: the interface is gone. */
  readonly ifindex: number;
}

/** What the kernel says of an open link. May be asked again and again. @throws BpfError */
export function linkState(fd: number): XdpLink & { readonly isXdp: boolean } {
  const { native, head } = openMailbox();
  head[Field.linkFd] = fd;
  step('ask for link info', native.kit_link_state);
  return {
    id: head[Field.linkId],
    program: head[Field.linkProgram],
    ifindex: head[Field.linkIfindex],
    isXdp: head[Field.linkType] === XDP,
  };
}

/** All XDP links of the machine, in every network namespace. @throws BpfError */
export function xdpLinks(): readonly XdpLink[] {
  const { native } = openMailbox();
  const links: XdpLink[] = [];
  for (let id = native.kit_next_link(0); id !== -ENOENT; id = native.kit_next_link(id)) {
    step('look through the links', () => id);
    using link = openById('link', id);
    if (!link) continue;
    const { isXdp, ...state } = linkState(link.fd);
    if (isXdp) links.push(state);
  }
  return links;
}

/** A descriptor of something in the kernel; closed when disposed of. */
export interface Opened extends Disposable {
  readonly fd: number;
}

/** Opens something by its id. @returns undefined when there is no such thing (any more, or yet) @throws BpfError */
export function openById(kind: Kind, id: number): Opened | undefined {
  const { native } = openMailbox();
  const fd = native[`bpf_${kind}_get_fd_by_id`](id);
  // EAGAIN: a link that somebody is just making (the kernel's bpf_link_by_id)
  if (fd === -ENOENT || fd === -EAGAIN) return undefined;
  step(`open ${kind} ${id}`, () => fd);
  return opened(fd);
}

/** Opens what is pinned at a path of a BPF file system. @throws BpfError */
export function openPinned(path: string): Opened {
  return opened(step(`open ${path}`, () => openMailbox().native.bpf_obj_get(path)));
}

/** Keeps something in the kernel under a path of a BPF file system, whoever ends. @throws BpfError */
export function pin(fd: number, path: string): void {
  step(`pin ${path}`, () => openMailbox().native.bpf_obj_pin(fd, path), {
    hints: { EEXIST: 'there is something of that name', EINVAL: 'it is no BPF file system' },
  });
}

function opened(fd: number): Opened {
  return { fd, [Symbol.dispose]: () => void openMailbox().native.close(fd) };
}

/**
 * Puts a program in the place of another one in a link, from one packet to the next.
 * @throws BpfError with the code 'EPERM' when the link has another program by now than `old`
 */
export function replaceProgram(link: number, program: number, old: number): void {
  step('replace the program', () => openMailbox().native.kit_link_update(link, program, old));
}
