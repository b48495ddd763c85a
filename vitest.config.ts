import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // `// @module-tag anywhere` in a file of live tests
    tags: [{ name: 'anywhere', description: 'needs a kernel, but whichever: npm run test:kernels leaves it out' }],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], sequence: { groupOrder: 0 }, testTimeout: 30_000 } },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          // These count the programs, links and maps of the whole machine: one file at a time, after the unit tests.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'pack',
          include: ['test/pack/**/*.test.ts'],
          globalSetup: 'test/pack/setup.ts',
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          // Packs, and at its first run fetches the other versions of Node.
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
