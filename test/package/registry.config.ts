import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests that install the package: they need the registry that npm is set to, and some minutes. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/package/**/*.registry.ts'],
    testTimeout: 180_000,
  },
});
