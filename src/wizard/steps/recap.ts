import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import type { Draft } from '../draft.ts';
import { comeBackLater, goBack, menu } from '../menu.ts';
import type { WizardContext } from '../wizard-context.ts';
import { planCapture } from './capture-plan.ts';
import type { Cure } from './cures.ts';

/** Shows what was entered and why to sign in here. Nothing opens before Enter. */
export async function askToOpen(context: WizardContext, draft: Draft): Promise<Cure> {
  const { say } = context.io;
  const { appKey = '', serviceId = '', redirectUrl = '' } = draft.app;
  const { way } = await planCapture(context, draft);
  const redirect = redirectUrl === ottokitRedirectUrl ? 'OttoKit’s Redirect URL' : `Redirect URL ${redirectUrl}`;
  say.instruction(`You entered App Key ${appKey}, Service ID ${serviceId}, the App Secret, and ${redirect}.`);
  say.instruction(
    'You sign in here first, to test these values before OttoKit uses them. Later you’ll sign in once more in OttoKit.',
  );
  return await menu<Cure>(context, 'authorize', 'Sign in as the shop’s owner and approve:', [
    { value: 'open', recommended: true, ...(context.answers.openBrowser ? opening[way] : showing) },
    ...(context.answers.openBrowser && way === 'browser' ? [ownBrowser] : []),
    { value: 'change', name: 'Change one of these values' },
    comeBackLater,
    goBack,
  ]);
}

const pasting = 'You copy one address and paste it here. That address also reaches OttoKit.';
const showing = { name: 'Show the address to open' };
const ownBrowser = { value: 'own browser', name: 'Open it in my own browser', hint: pasting } as const;

const opening = {
  browser: {
    name: 'Open TikTok Shop in a separate window',
    hint: 'It isn’t remote-controlled and doesn’t know your saved passwords or passkeys. Only OttoKit’s address is answered by this computer. If signing in doesn’t work there, choose your own browser and paste the address.',
  },
  listener: { name: 'Open TikTok Shop in my browser' },
  paste: { name: 'Open TikTok Shop in my browser', hint: pasting },
};
