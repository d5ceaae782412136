import { defineConfig, mergeConfig } from 'vitest/config';
import quick from './vitest.config.ts';

/** Tests that need a browser, a keychain, another system, or many processes and kills. */
export default mergeConfig(
  { ...quick, test: { ...quick.test, include: [], exclude: [] } },
  // Browsers and crowds of processes fill the rest of the machine themselves.
  defineConfig({ test: { include: ['test/**/*.hard.test.ts'], maxWorkers: '50%', isolate: true } }),
);
