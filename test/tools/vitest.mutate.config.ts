import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { unmutated } from './unmutated.ts';

/** Files that mutation testing skips, each with the reason. */
const files: Readonly<Record<string, string>> = {
  'test/listener/process.test.ts': 'starts a process with its own bundle, which no mutant reaches',
  'test/store/processes.test.ts': 'starts dozens of such processes',
  'test/store/keys/keychain/secret-service.hard.test.ts': 'starts a desktop’s keychain, which process.test.ts replaces',
  'test/store/keys/keychain/program.hard.test.ts': 'starts the built program, which no mutant reaches',
};

/** The unit tests that `npm run mutate` runs for the mutants of `tiktok`, `scopes`, `listener` and `store`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/{tiktok,scopes,listener,store}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...Object.keys(files)],
    tags: unmutated.map((tag) => ({ ...tag, skip: true })),
    // One worker for all files of a run: each mutant has its own run with freshly loaded modules.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: '', FORCE_COLOR: '', HTTPS_PROXY: '', HTTP_PROXY: '', NO_PROXY: '' },
  },
});
