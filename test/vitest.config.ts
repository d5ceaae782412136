import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What a contributor waits for: everything but `*.hard.test.ts`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    globalSetup: ['test/tools/build.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.hard.test.ts'],
    // Most of the time a test waits for programs that it started, so all cores are worth using.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The machine's own settings must not decide a test.
    env: { NO_COLOR: '', FORCE_COLOR: '', HTTPS_PROXY: '', HTTP_PROXY: '', NO_PROXY: '' },
  },
});
