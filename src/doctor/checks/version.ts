import type { Check } from '../check.ts';
import { pass } from '../finding.ts';

/** Reports this program's version, without looking for a newer one. */
export const version: Check = {
  id: 'version',
  title: 'Version',
  group: 'program',
  whenLate: 'Try again.',
  run: (facts) => pass(`ottokit-tiktok ${facts.version}`),
};
