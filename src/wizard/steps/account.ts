import type { Ask } from '../../ground/io.ts';
import { defaultRegion } from '../../ground/regions.ts';
import { portalUrl } from '../../tiktok/portals.ts';
import { comeBackLater, goBack } from '../choices.ts';
import { openOrShow } from '../copy-value.ts';
import type { Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';

type Account = 'ready' | 'new' | 'waiting' | 'back';

/** Whether the person has a Partner Center account; explains how to create one. `back`: to choose another country. */
export async function askForAccount(context: WizardContext, ask: Ask, draft: Draft): Promise<Exclude<Account, 'new'>> {
  const { io } = context;
  const isWaiting = draft.journal.waitingForApproval === true;
  const address = portalUrl(draft.app.region ?? defaultRegion);
  for (;;) {
    const account = await ask.select<Account>({
      id: 'account',
      message: isWaiting
        ? 'Has your Partner Center account been approved?'
        : `Do you have a Partner Center account at ${address}?`,
      choices: isWaiting
        ? [
            { value: 'ready', name: 'Yes, it’s approved' },
            { value: 'waiting', name: 'Not yet', hint: 'Everything is kept.' },
            { ...goBack, hint: 'Choose another country.' },
          ]
        : [
            { value: 'ready', name: 'Yes, it’s ready' },
            { value: 'new', name: 'Not yet', hint: 'Shows how to create one.' },
            { value: 'waiting', name: 'It’s waiting for approval', hint: 'Everything is kept until it’s approved.' },
            { ...goBack, hint: 'Choose another country.' },
          ],
      signal: io.signal,
    });
    if (account !== 'new') return account;
    const registered = await explainRegistration(context, ask, address);
    if (registered !== 'back') return registered;
  }
}

/** OttoKit's guide, step 1; TikTok Shop Partner Center: one seller account belongs to one Partner Center account. */
async function explainRegistration(
  context: WizardContext,
  ask: Ask,
  address: string,
): Promise<'ready' | 'waiting' | 'back'> {
  const { say, signal } = context.io;
  say.instruction('1. Click “Join now”, then “Get Started”. Select your region; it can’t be changed later.');
  say.instruction(
    '2. Choose a category. “Seller in-house developer” (recommended) is for your own shop and is approved right away. Other categories need business documents and take two to three business days.',
  );
  say.instruction('3. Use the same email address as in Seller Center: your shop’s admin email.');
  for (;;) {
    const answer = await ask.select({
      id: 'registered',
      message: 'How is it going?',
      choices: [
        { value: 'open', name: `Open ${address}`, recommended: true },
        { value: 'ready', name: 'My account is ready' },
        { value: 'waiting', name: 'It’s waiting for approval', hint: comeBackLater.hint },
        goBack,
      ],
      signal,
    });
    if (answer !== 'open') return answer;
    await openOrShow(context, address);
  }
}
