import { pass, type Check } from '../check.ts';

/** What the program itself knows; nobody is asked whether there is a newer one. */
export const version: Check = {
  id: 'version',
  title: 'Version',
  group: 'program',
  needsNetwork: false,
  whenLate: 'Run `ottokit-tiktok doctor version` again.',
  run: (facts) => Promise.resolve(pass(`ottokit-tiktok ${facts.version}`)),
};
