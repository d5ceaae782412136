import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Runs the tests of `npm test` on Windows, which takes several minutes under Wine. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/windows/suite.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
  },
});
