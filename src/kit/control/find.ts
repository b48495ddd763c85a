import { FoundMaps, programFacts } from '../../bpf/found.ts';
import { type XdpMode, xdpPrograms } from '../../bpf/interface.ts';
import { type XdpLink, xdpLinks } from '../../bpf/links.ts';
import type { ObjectLayout } from '../../btf/layout.ts';
import { linkHolders } from '../../host/descriptors.ts';
import { ownNetns } from '../../host/netns.ts';
import { type About, aboutFound } from './about.ts';
import type { Interface } from './define.ts';
import { pins } from './pins.ts';

/** A program of this house's at an interface, found in the kernel: it needs no pin for that. */
export interface Instance extends Disposable {
  readonly about: About;
  readonly link: XdpLink;
  readonly maps: FoundMaps;
  /** The interface is in the network namespace of this command. */
  readonly here: boolean;
  /** undefined: it cannot be told from here, or the interface is gone. */
  readonly mode?: XdpMode;
  /** Who holds it open: usually one. */
  readonly pids: readonly number[];
  /** Where it is pinned. */
  readonly pin?: string;
}

/** A program at an interface, whoever's it is. */
export interface Occupant {
  readonly name: string;
  readonly id: number;
  readonly mode: XdpMode;
  readonly pids: readonly number[];
  readonly pin?: string;
  /** undefined: it is none of this house's. */
  readonly about?: About;
}

/** @param layout of any control tool: all have the map `about` @throws BpfError */
export function instances(layout: ObjectLayout): readonly Instance[] {
  const links = xdpLinks();
  if (links.length === 0) return [];
  const [holders, pinned, netns] = [linkHolders(), pins(), ownNetns()];
  return links.flatMap((link) => {
    const maps = mapsOf(layout, link.program);
    const about = maps && aboutFound(maps);
    if (!maps || !about) {
      maps?.close();
      return [];
    }
    const here = about.netns === netns && link.ifindex !== 0;
    const mode = here ? xdpPrograms(link.ifindex).find(({ program }) => program === link.program)?.mode : undefined;
    const pids = holders.get(link.id) ?? [];
    const pin = pinned.find((each) => each.link === link.id)?.path;
    return [{ about, link, maps, here, mode, pids, pin, [Symbol.dispose]: () => maps.close() }];
  });
}

function mapsOf(layout: ObjectLayout, program: number): FoundMaps | undefined {
  const facts = programFacts(program);
  return facts && new FoundMaps(layout, facts);
}

/** What is attached to an interface of this namespace. @throws BpfError */
export function occupants(layout: ObjectLayout, at: Interface): readonly Occupant[] {
  return xdpPrograms(at.index).flatMap(({ mode, program }) => {
    const facts = programFacts(program);
    if (!facts) return [];
    const link = xdpLinks().find((each) => each.program === program && each.ifindex === at.index);
    using maps = new FoundMaps(layout, facts);
    return [
      {
        name: facts.name,
        id: program,
        mode,
        pids: link ? (linkHolders().get(link.id) ?? []) : [],
        pin: link && pins().find((each) => each.link === link.id)?.path,
        about: aboutFound(maps),
      },
    ];
  });
}
