import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { unmutated } from './tools/unmutated.ts';

/** The tests a contributor waits for: everything except `*.hard.test.ts`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    globalSetup: ['test/tools/build.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.hard.test.ts'],
    // Some tests wait for a time limit, so that two workers alone would leave a machine with two cores idle.
    maxWorkers: availableParallelism() + 1,
    // The outside world is passed in, so test files can share a process: loading every module again takes a core 40 s.
    isolate: false,
    setupFiles: ['test/tools/shared-process.ts'],
    tags: unmutated,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine may need more than the usual second.
    expect: { poll: { timeout: 20_000 } },
    // The machine's own settings must not affect a test.
    env: { NO_COLOR: '', FORCE_COLOR: '', HTTPS_PROXY: '', HTTP_PROXY: '', NO_PROXY: '' },
  },
});
