import { pass, type Check } from '../check.ts';

/** Reports this program's version, without looking for a newer one. */
export const version: Check = {
  id: 'version',
  title: 'Version',
  group: 'program',
  whenLate: 'Try again.',
  run: (facts) => pass(`ottokit-tiktok ${facts.version}`),
};
