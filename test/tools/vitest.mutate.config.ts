import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that mutation testing leaves out: each mutant would run them again. */
const leftOut = [];

/** The unit tests that `npm run mutate` runs for each mutant of `tiktok`, `scopes`, `listener` and `store`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/{tiktok,scopes,listener,store}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...leftOut],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: '', FORCE_COLOR: '', HTTPS_PROXY: '', HTTP_PROXY: '', NO_PROXY: '' },
  },
});
