import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** Files that mutation testing skips, each with the reason. */
const files: Readonly<Record<string, string>> = {
  'test/listener/process.test.ts': 'starts a process with its own bundle, which no mutant reaches',
  'test/store/processes.test.ts': 'starts dozens of such processes',
  'test/store/keys/keychain/secret-service.hard.test.ts': 'starts a desktop’s keychain, which process.test.ts replaces',
  'test/store/keys/keychain/program.hard.test.ts': 'starts the built program, which no mutant reaches',
};

/** Tests that mutation testing skips, by name, each with the reason. */
const tests: Readonly<Record<string, string>> = {
  '10,000 requests on one connection get one response': '10,000 requests',
  '1,000 silent connections don’t keep the browser out: the oldest are closed': '1,000 connections',
  'a POST of 20 MB is answered without being read': '20 MB',
  'arbitrary bytes are never accepted, every response has the security headers, and the login completes':
    'a loop of random input',
  'escaped text never contains markup, control or direction characters, and is never too long':
    'a loop of random input',
  'is read without an exception, and approved or denied only with the right state': 'a loop of random input',
  'is read without an exception, whatever it is': 'a loop of random input',
  'is read without an exception': 'a loop of random input',
  'is never repeated in a message': 'a loop of random input',
  'a flipped bit in any byte of the file is detected, and the file is kept': 'a loop of a thousand files',
  'a file truncated to any length is detected and kept': 'a loop of a thousand files',
  'a passphrase can be replaced with another one, and removing the store reports no removed key':
    'half a second of scrypt for each key',
  'moving the key from keychain to passphrase loses nothing and leaves no old key behind':
    'half a second of scrypt for each key',
  'moving the key from passphrase to keychain loses nothing and leaves no old key behind':
    'half a second of scrypt for each key',
  'moving the key from passphrase to key-file loses nothing and leaves no old key behind':
    'half a second of scrypt for each key',
  'a store that this user can’t read is reported and left alone': 'starts a process that no mutant reaches',
  'a directory that this user can’t write to is reported, and the store is unchanged':
    'starts a process that no mutant reaches',
  'a damaged store that can’t be quarantined is reported, and doesn’t count as empty':
    'starts a process that no mutant reaches',
  'if the disk fills up in the middle of a write, the old file stays intact': 'starts a process that no mutant reaches',
  'a nearly full disk is reported before anything can be lost': 'starts a process that no mutant reaches',
};

/** The unit tests that `npm run mutate` runs for the mutants of `tiktok`, `scopes`, `listener` and `store`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/{tiktok,scopes,listener,store}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...Object.keys(files)],
    setupFiles: ['test/tools/mutate-setup.ts'],
    provide: { leftOut: Object.keys(tests) },
    // One worker for all files of a run: each mutant has its own run with freshly loaded modules.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: '', FORCE_COLOR: '', HTTPS_PROXY: '', HTTP_PROXY: '', NO_PROXY: '' },
  },
});
