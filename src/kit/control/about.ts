import type { FoundMaps } from '../../bpf/found.ts';
import type { Maps } from './define.ts';

/** struct about of bpf/include/control.h: what an object in the kernel tells of its run. */
export interface About {
  readonly tool: string;
  readonly started: number;
  /** ns since boot; 0: it stays without being confirmed. */
  readonly confirm_by: number;
  readonly netns: number;
  readonly pid: number;
  readonly layout: string;
  readonly dev: string;
  readonly rows: boolean;
  /** The program takes packets that do not fit into a page. */
  readonly frags: boolean;
}

export function writeAbout(maps: Maps, about: About): void {
  maps.update('about', 0 as never, about as never);
}

export function readAbout(maps: Maps): About {
  return maps.lookup('about', 0 as never) as unknown as About;
}

/** The same of what was found in the kernel; undefined: it is no program of this house's. */
export function aboutFound(maps: FoundMaps): About | undefined {
  return maps.mapFd('about') === undefined ? undefined : readAbout(maps);
}
