import type { Check } from '../check.ts';
import { pass } from '../finding.ts';

/** This program's version. It doesn't ask the registry whether there is a newer one. */
export const version: Check = {
  id: 'version',
  title: 'Version',
  group: 'program',
  whenLate: 'Try again.',
  run: (facts) => pass(`ottokit-tiktok ${facts.version}`),
};
