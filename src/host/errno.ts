import { ERRNOS } from './errno-table.ts';

/** `ENOENT` for 2, and for -2 as the kernel returns it; `errno 4000` for one that nobody knows. */
export function errnoName(errno: number): string {
  const number = Math.abs(errno);
  return ERRNOS[number]?.[0] ?? `errno ${number}`;
}

/** `no such file or directory`, with either sign. */
export function errnoText(errno: number): string {
  const number = Math.abs(errno);
  return ERRNOS[number]?.[1] ?? `unknown error ${number}`;
}

/** Why something that Node.js was asked for failed: in words where a system call did. */
export function causeOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return errno === undefined ? message : errnoText(errno);
}
