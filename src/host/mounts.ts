import { readFileSync } from 'node:fs';

/** A mount, as a process sees it. */
export interface Mount {
  readonly path: string;
  readonly type: string;
}

/** All mounts that a process sees, in the order of its mountinfo (proc_pid_mountinfo(5)). @throws the system's error */
export function mounts(process = 'self'): readonly Mount[] {
  return readFileSync(`/proc/${process}/mountinfo`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before, after] = line.split(' - ');
      return { path: unescapeOctal(before.split(' ')[4]), type: after.split(' ')[0] };
    });
}

/** Where a file system of that type is mounted first, undefined when it is not. */
export function mountPoint(type: string): string | undefined {
  return mounts().find((mount) => mount.type === type)?.path;
}

/** The kernel writes blank, tab, newline and backslash in paths as \040 and the like. */
function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}
