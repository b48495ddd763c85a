import { fstatSync, ftruncateSync } from 'node:fs';

/** Takes from a file what is in it; pipes and devices have nothing to take. @param fd open for writing */
export function emptyFile(fd: number): void {
  if (fstatSync(fd).isFile()) ftruncateSync(fd);
}
