/** A file of this package; src/ and, bundled, dist/ lie one level below its root. @param path relative to the root */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
