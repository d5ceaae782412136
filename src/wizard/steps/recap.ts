import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import type { Ask, Choice } from '../../ground/io.ts';
import { comeBackLater, goBack } from '../choices.ts';
import type { Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { CapturePlan } from './capture-plan.ts';

type Recap = 'open' | 'own browser' | 'change' | 'later' | 'back';

/** Shows what was entered, why to sign in here, and opens nothing before Enter. */
export async function askToOpen(context: WizardContext, ask: Ask, draft: Draft, plan: CapturePlan): Promise<Recap> {
  const { say, signal } = context.io;
  const { appKey = '', serviceId = '', redirectUrl = '' } = draft.app;
  const redirect = redirectUrl === ottokitRedirectUrl ? 'OttoKit’s Redirect URL' : `Redirect URL ${redirectUrl}`;
  say.instruction(`You entered App Key ${appKey}, Service ID ${serviceId}, the App Secret, and ${redirect}.`);
  say.instruction(
    'You sign in here first, to test these values before OttoKit uses them. Later you’ll sign in once more in OttoKit.',
  );
  return await ask.select<Recap>({
    id: 'authorize',
    message: 'Sign in as the shop’s owner and approve:',
    choices: [
      ...waysToOpen(context, plan),
      { value: 'change', name: 'Change one of these values' },
      comeBackLater,
      goBack,
    ],
    signal,
  });
}

function waysToOpen({ answers }: WizardContext, plan: CapturePlan): readonly Choice<Recap>[] {
  if (!answers.openBrowser) return [{ value: 'open', name: 'Show the address to open', recommended: true }];
  const pasted = 'You copy one address and paste it here. That address also reaches OttoKit.';
  switch (plan.way) {
    case 'browser':
      return [
        {
          value: 'open',
          name: 'Open TikTok Shop in a separate window',
          hint: 'It isn’t remote-controlled and doesn’t know your saved passwords or passkeys. Only OttoKit’s address is answered by this computer. If signing in doesn’t work there, choose your own browser and paste the address.',
          recommended: true,
        },
        { value: 'own browser', name: 'Open it in my own browser', hint: pasted },
      ];
    case 'listener':
      return [{ value: 'open', name: 'Open TikTok Shop in my browser', recommended: true }];
    case 'paste':
      return [{ value: 'open', name: 'Open TikTok Shop in my browser', hint: pasted, recommended: true }];
  }
}
