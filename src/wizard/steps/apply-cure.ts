import type { Ask, Choice } from '../../ground/io.ts';
import { appPageUrl } from '../../tiktok/portals.ts';
import { goBack } from '../choices.ts';
import { isDone, type Draft } from '../draft.ts';
import type { StepResult, WizardContext } from '../wizard-context.ts';
import { redeem, type Attempt } from './attempt.ts';
import { changeRegion, changeValue } from './change-value.ts';
import { askForValue, confirmApp } from './credentials.ts';
import type { Cure } from './cures.ts';
import type { Approved } from './exchange.ts';
import { fields, withValue } from './fields.ts';

/** What comes after a cure: to look at the values, to open the page, to verify, an attempt's end, or out of the step. */
export type AfterCure =
  | { readonly next: 'recap' | 'open' | 'own browser' | 'verify'; readonly draft: Draft }
  | { readonly next: 'attempted'; readonly attempted: Attempt }
  | { readonly next: 'leave'; readonly result: StepResult };

/** Does what the person chose. `approved`: the answer that TikTok Shop refused, whose code may be tried once more. */
export async function applyCure(
  context: WizardContext,
  ask: Ask,
  cure: Cure,
  { draft, approved }: { draft: Draft; approved?: Approved | undefined },
): Promise<AfterCure> {
  switch (cure) {
    case 'open':
    case 'own browser':
    case 'verify':
      return { next: cure, draft };
    case 'later':
    case 'back':
      return { next: 'leave', result: { draft, go: cure } };
    case 'service-id':
      return await checkServiceId(context, draft);
    case 'app-key':
      return asRecap(await confirmApp(context, await askForValue(context, draft, fields['app-key'])));
    case 'app-secret':
      return await tryAgain(context, await askForValue(context, draft, fields['app-secret']), approved);
    case 'their app key':
      return await takeTheirs(context, draft, approved);
    case 'change':
      return asRecap(await changeValue(context, ask, draft));
    case 'region':
      return asRecap(await changeRegion(context, draft));
    case 'publish':
    case 'owner':
      return await explain(context, ask, cure, draft);
  }
}

const asRecap = (result: StepResult): AfterCure =>
  result.go === 'on' ? { next: 'recap', draft: result.draft } : { next: 'leave', result };

/** “This service does not exist”: OttoKit's guide names the Service ID first. */
async function checkServiceId(context: WizardContext, draft: Draft): Promise<AfterCure> {
  const { say } = context.io;
  say.instruction('Either the Service ID is wrong (is it the App Key?), or the app isn’t published.');
  say.instruction(
    'The Service ID is at the top of the app’s page, after “ID:”. Check there that the app is published.',
  );
  const message = 'Service ID (Enter keeps it; the page then opens again)';
  const entered = await askForValue(context, draft, fields['service-id'], message);
  if (isDone(entered, 'credentials')) return { next: 'open', draft: entered };
  const confirmed = await confirmApp(context, entered);
  return confirmed.go === 'on' ? { next: 'open', draft: confirmed.draft } : { next: 'leave', result: confirmed };
}

/** With another secret the same code is tried once more, and tokens that are stored are verified again. */
async function tryAgain(context: WizardContext, draft: Draft, approved: Approved | undefined): Promise<AfterCure> {
  if (isDone(draft, 'authorize')) return { next: 'verify', draft };
  if (approved === undefined) return { next: 'recap', draft };
  const attempted = await redeem(context, draft, approved);
  if (attempted.outcome !== 'failed' || attempted.failure.code !== 'authorization-code-invalid')
    return { next: 'attempted', attempted };
  context.io.say.warn('TikTok Shop refused the code again, so you need to authorize once more.');
  return { next: 'recap', draft };
}

/** The App Key that the authorization came back for: the Service ID was right, the App Key wasn't. */
async function takeTheirs(context: WizardContext, draft: Draft, approved: Approved | undefined): Promise<AfterCure> {
  if (approved?.appKey === undefined) return { next: 'recap', draft };
  const theirs = await context.keep(
    withValue(draft, fields['app-key'], { verdict: 'accepted', value: approved.appKey }),
  );
  const entered = await askForValue(context, theirs, fields['app-secret']);
  return { next: 'attempted', attempted: await redeem(context, entered, approved) };
}

const inPartnerCenter: Record<'publish' | 'owner', { lines: readonly string[]; open: Choice<'open'> }> = {
  publish: {
    lines: [
      'The app is still a draft, or its target market isn’t filled in. Fix that on its page, and click “Publish”.',
    ],
    open: { value: 'open', name: 'It’s published now: open TikTok Shop again', recommended: true },
  },
  owner: {
    lines: [
      'Only the owner of your shop can authorize an in-house app, and only for that shop.',
      '“No permission” can also mean that the onboarding in Seller Center isn’t finished, or that the shop and the app are in different regions.',
    ],
    open: { value: 'open', name: 'Open the page again and sign in as the owner', recommended: true },
  },
};

async function explain(context: WizardContext, ask: Ask, cure: 'publish' | 'owner', draft: Draft): Promise<AfterCure> {
  const { say, signal } = context.io;
  const { lines, open } = inPartnerCenter[cure];
  for (const line of lines) say.instruction(line);
  const { region, serviceId } = draft.app;
  if (cure === 'publish' && region !== undefined && serviceId !== undefined) say.value(appPageUrl(region, serviceId));
  const choice = await ask.select({
    id: cure,
    message: 'What now?',
    choices: [
      open,
      { value: 'own browser', name: 'Use my own browser and paste the address' },
      { value: 'region', name: 'The app was made in the other region’s Partner Center' },
      goBack,
    ],
    signal,
  });
  if (choice === 'region') return asRecap(await changeRegion(context, draft));
  return choice === 'back' ? { next: 'recap', draft } : { next: choice, draft };
}
