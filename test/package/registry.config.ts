import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests that install the package. They need npm's registry and a few minutes. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/package/**/*.registry.ts'],
    testTimeout: 180_000,
  },
});
