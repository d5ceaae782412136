import { pass, type Check } from '../check.ts';

export const version: Check = {
  id: 'version',
  title: 'Version',
  group: 'program',
  whenLate: 'Try again.',
  run: (facts) => pass(`ottokit-tiktok ${facts.version}`),
};
