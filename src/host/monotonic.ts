/** Milliseconds from some fixed moment. `performance` would say the same, but takes 2 ms to load. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
