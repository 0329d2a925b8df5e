import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // One copy of graphql, the one that Node.js loads for everybody: Vite would take its other build for our own files.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Each worker loads the modules once: they hold no state, and every test takes a database and servers of its own.
    isolate: false,
    // No verdict on speed: a test that waits for a condition ends in time on a machine that is busy with others, too.
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
