import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The major version of Node that runs the tests. */
export const running = Number.parseInt(process.versions.node, 10);

/** Every major version of Node that the package promises to run on, and the one that is running. */
export const majors = [...new Set([20, 22, 24, 26, running])].sort();

/**
 * @param major of Node
 * @returns the executable: the running one, or one from the package registry, kept under .cache
 */
export function nodeBinary(major: number): string {
  if (major === running) return process.execPath;
  const folder = fileURLToPath(new URL(`../../.cache/node/${major}`, import.meta.url));
  const binary = `${folder}/node_modules/node-linux-${process.arch}/bin/node`;
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const options = ['--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts'];
    execFileSync('npm', ['install', ...options, `node-linux-${process.arch}@${major}`], { stdio: 'pipe' });
  }
  return binary;
}
