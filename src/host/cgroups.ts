export interface Cgroup {
  /** Below the cgroup v2 root, '/' is the root. */ readonly path: string;
  readonly id: string;
  readonly directory: string;
}
/** Where cgroup v2 is mounted, undefined when it is not. */
export declare function cgroupRoot(): string | undefined;
/** A --cgroup argument: absolute path under the mount, or relative to the cgroup root. @throws UsageError */
export declare function resolveCgroup(text: string): Cgroup;
/** Path of the cgroup with that id, also of one removed since it was last looked up; undefined when never seen. */
export declare function cgroupPath(id: string): string | undefined;
/** The 64 hex digits of the innermost container in a cgroup path. */
export declare function containerId(path: string): string | undefined;
