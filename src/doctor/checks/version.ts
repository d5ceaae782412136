import type { Check } from '../check.ts';
import { pass } from '../finding.ts';

/** This program's version. It doesn't ask the registry whether there is a newer one. */
export const version: Check = {
  id: 'version',
  title: 'Version',
  group: 'program',
  needsNetwork: false,
  whenLate: 'Try again.',
  run: (facts) => Promise.resolve(pass(`ottokit-tiktok ${facts.version}`)),
};
