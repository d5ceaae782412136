import { readRedirectUrl } from '../connection/redirect-url.ts';
import { fail } from '../ground/errors.ts';
import { undone, type Draft } from './draft.ts';
import { inRegion } from './region.ts';
import { givenDiffers } from './steps/credentials.ts';
import { mayMove } from './steps/shop.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * The draft with those steps undone whose answers a flag or variable changes, and no others: a flag with another value
 * changes that value alone.
 * @throws Failure interrupted when the person decides against a change of region
 */
export async function applyFlags(context: WizardContext, draft: Draft): Promise<Draft> {
  const { region, redirectUrl } = context.answers;
  let known = draft;
  if (region !== undefined && (await mayMove(context, draft, region))) known = await inRegion(context, draft, region);
  const redirect = redirectUrl === undefined ? undefined : readRedirectUrl(redirectUrl);
  if (redirect !== undefined && (!('url' in redirect) || redirect.url !== known.app.redirectUrl))
    known = undone(known, 'app');
  for (const { key } of givenDiffers(context, known)) {
    known = undone(known, 'credentials', 'verify', ...(key === 'appSecret' ? [] : (['authorize'] as const)));
  }
  return known;
}

/** Refuses flags that contradict each other. */
export function refuseContradictions({ answers }: Pick<WizardContext, 'answers'>): void {
  if (!answers.restart || !answers.reauthorize) return;
  throw fail('usage', { problem: '--restart and --reauthorize exclude each other.', command: 'connect' });
}
