import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import { ownerAlone } from '../../ground/catalogue.ts';
import type { ErrorCode } from '../../ground/errors.ts';
import type { Choice } from '../../ground/io.ts';
import type { CredentialName } from '../../tiktok/credential-shapes.ts';
import { choice, goBack } from '../screen.ts';
import type { AuthorizationRequest } from './capture-plan.ts';

/**
 * A correction. `publish` and `owner` explain what to do in Partner Center or Seller Center. `their app key` uses the
 * App Key in TikTok Shop's answer.
 */
type Correction = CredentialName | 'their app key' | 'publish' | 'owner' | 'region' | 'change';

/** The possible next actions in step 5. `recap` shows the values before the page opens. */
export type Cure = Correction | 'recap' | 'open' | 'own browser' | 'verify';

export type Chosen = Cure | 'later' | 'back';

/** A failure, or a TikTok Shop message that only the browser shows. */
export type Situation = ErrorCode | 'publish' | 'owner';

export const explanations: Partial<Record<Situation, readonly string[]>> = {
  publish: [
    'The app is still a draft, or its target market isn’t filled in. Fix that on its page, and click “Publish”.',
  ],
  owner: [
    `An in-house app can be authorized only for your own shop. ${ownerAlone}`,
    '“No permission” can also mean that the onboarding in Seller Center isn’t finished, or that the shop and the app are in different regions.',
  ],
  'authorization-denied': [ownerAlone],
  'authorization-code-invalid': ['If you approved only seconds ago, the App Secret is probably wrong.'],
  'wrong-account-type': ['Sign out of TikTok Shop in the browser first. A separate window starts signed out.'],
};

const open = (name: string, hint?: string): Choice<Cure> => choice('open', name, hint);
const authorizeAgain = open('Authorize again');
const ownBrowser = choice('own browser', 'Use my own browser and paste the address');
const serviceId = choice('service-id', 'Enter the Service ID again');
const appKey = choice('app-key', 'Enter the App Key again');
const appSecret = choice('app-secret', 'Enter the App Secret again');
const theirs = 'The Service ID is right. You’ll enter the App Secret again.';
const region = choice('region', 'The app was created in the other region’s Partner Center');
const change = choice('change', 'Change a value');
const verify = choice('verify', 'Try again');

/** The fixes for a situation. The first is recommended. */
export const cures: Partial<Record<Situation, readonly Choice<Cure>[]>> = {
  publish: [open('It’s published now: open TikTok Shop again'), ownBrowser, region],
  owner: [open('Open the page again and sign in as the owner'), ownBrowser, region],
  'authorization-denied': [open('Open the page again', 'Sign in as the shop’s owner and approve.'), ownBrowser, change],
  'authorization-code-invalid': [{ ...appSecret, hint: 'The same code is tried once more.' }, authorizeAgain, change],
  'app-key-invalid': [appKey, authorizeAgain, change],
  'app-key-mismatch': [serviceId, choice('their app key', 'Use that App Key', theirs), change],
  'app-secret-mismatch': [appSecret, appKey, change],
  'wrong-account-type': [open('Open the page again', 'Sign in with the seller account this time.'), ownBrowser],
  'no-shops': [open('Authorize again', 'Sign in with the account that owns the shop.'), verify],
  'authorization-timeout': [open('Open the page again'), ownBrowser, serviceId, change],
  'exchange-uncertain': [authorizeAgain],
};

/** The fixes for any other failure. `isStored`: the tokens are stored but not verified. */
export const usualCures = (isStored: boolean) => [...(isStored ? [verify] : []), authorizeAgain, change];

/** Returns a sentence to add to one about the address to paste, or nothing. */
export const whoElseGetsIt = (redirectUrl: string): string =>
  redirectUrl === ottokitRedirectUrl ? ' That address also reaches OttoKit.' : '';

export const pastingHint = (redirectUrl: string): string =>
  `You copy one address and paste it here.${whoElseGetsIt(redirectUrl)}`;

export function windowHint(redirectUrl: string): string {
  const whose = redirectUrl === ottokitRedirectUrl ? 'OttoKit’s address' : new URL(redirectUrl).host;
  return `It isn’t remote-controlled and doesn’t know your saved passwords or passkeys. Only ${whose} is answered by this computer. If signing in doesn’t work there, choose your own browser and paste the address.`;
}

/** The choices during a wait: messages that TikTok Shop shows in the browser, and other actions. */
export const helpChoices = ({ plan, redirectUrl }: AuthorizationRequest): readonly Choice<Chosen | 'wait'>[] => [
  choice('service-id', '“This service does not exist”', 'Checks the Service ID.'),
  choice('publish', '“Not available in your shop’s region”', 'The app is a draft, or its target market is missing.'),
  choice('owner', '“Authorization failed”, or “No permission”', 'Wrong account, or the onboarding isn’t finished.'),
  region,
  open('Open the page again'),
  // The listener already uses the user's own browser.
  ...(plan.way === 'listener' ? [] : [{ ...ownBrowser, hint: pastingHint(redirectUrl) }]),
  change,
  choice('later', 'Leave; your progress is saved'),
  choice('wait', goBack.name, 'Keep waiting.'),
];
