/** The tags of tests that mutation testing skips, each with the reason. */
export const unmutated = [
  { name: 'repetitive', description: 'thousands of requests, files or random inputs' },
  { name: 'scrypt', description: 'half a second for each key' },
  { name: 'process', description: 'starts a process that no mutant reaches' },
];
