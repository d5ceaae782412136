import { ownerAlone } from '../../ground/catalogue.ts';
import type { ErrorCode, Failure } from '../../ground/errors.ts';
import type { Choice } from '../../ground/io.ts';
import { defaultRegion } from '../../ground/regions.ts';
import type { AcceptedRedirect } from '../../tiktok/authorization.ts';
import type { CredentialName } from '../../tiktok/credential-shapes.ts';
import { confirmedAppPageUrl } from '../../tiktok/portals.ts';
import { isDone, type Draft, type StepResult } from '../draft.ts';
import { choice, comeBackLater, goBack, menu } from '../screen.ts';
import type { WizardContext } from '../wizard-context.ts';
import { pastingHint, type CapturePlan } from './capture-plan.ts';

/** A problem that TikTok Shop shows only in the browser: the app isn't published, or the account can't authorize it. */
type BrowserProblem = 'publish' | 'owner';
type Situation = ErrorCode | BrowserProblem;

/** Something to do in step 5. `their app key`: use the one in TikTok Shop's answer. `recap`: show the values first. */
export type NextAction =
  CredentialName | BrowserProblem | 'their app key' | 'region' | 'change' | 'recap' | 'open' | 'own browser' | 'verify';

export type Approved = Extract<AcceptedRedirect, { outcome: 'approved' }>;

/** Where step 5 is: `go` is what to do next, a failure to fix, or how the step ends. */
export interface Turn {
  readonly draft: Draft;
  readonly go: NextAction | Failure | StepResult['go'];
  /** The answer whose code may be tried again. */
  readonly approved?: Approved;
}

const explanations: Partial<Record<Situation, readonly string[]>> = {
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

export const open = (name: string, hint?: string): Choice<NextAction> => choice('open', name, hint);
const authorizeAgain = open('Authorize again');
const ownBrowser = choice('own browser', 'Use my own browser and paste the address');
const serviceId = choice('service-id', 'Enter the Service ID again');
const appKey = choice('app-key', 'Enter the App Key again');
const appSecret = choice('app-secret', 'Enter the App Secret again');
const rightId = 'The Service ID is right. You’ll enter the App Secret again.';
const theirAppKey = choice('their app key', 'Use that App Key', rightId);
const region = choice('region', 'The app was created in the other region’s Partner Center');
const change = choice('change', 'Change a value');
const verify = choice('verify', 'Try again');

/** The first of each list is recommended. */
const fixes: Partial<Record<Situation, readonly Choice<NextAction>[]>> = {
  publish: [open('It’s published now: open TikTok Shop again'), ownBrowser, region],
  owner: [open('Open the page again and sign in as the owner'), ownBrowser, region],
  'authorization-denied': [open('Open the page again', 'Sign in as the shop’s owner and approve.'), ownBrowser, change],
  'authorization-code-invalid': [{ ...appSecret, hint: 'The same code is tried once more.' }, authorizeAgain, change],
  'app-key-invalid': [appKey, authorizeAgain, change],
  'app-key-mismatch': [serviceId, theirAppKey, change],
  'app-secret-mismatch': [appSecret, appKey, change],
  'wrong-account-type': [open('Open the page again', 'Sign in with the seller account this time.'), ownBrowser],
  'no-shops': [open('Authorize again', 'Sign in with the account that owns the shop.'), verify],
  'authorization-timeout': [open('Open the page again'), ownBrowser, serviceId, change],
  'exchange-uncertain': [authorizeAgain],
};

export async function askForFix(context: WizardContext, draft: Draft, situation: Situation): Promise<Turn['go']> {
  const { say } = context.io;
  const { region = defaultRegion, serviceId = '' } = draft.app;
  for (const line of explanations[situation] ?? []) say.instruction(line);
  if (situation === 'publish') say.value(confirmedAppPageUrl(region, serviceId));
  // Stored tokens only need to be verified.
  const usual = [...(isDone(draft, 'authorize') ? [verify] : []), authorizeAgain, change];
  const offered = (fixes[situation] ?? usual).map((fix, index) => ({ ...fix, recommended: index === 0 }));
  const isFailure = situation !== 'publish' && situation !== 'owner';
  const others = isFailure ? [comeBackLater, goBack] : [choice('recap', goBack.name)];
  return await menu(context, isFailure ? 'fix' : situation, 'What now?', [...offered, ...others]);
}

export const helpChoices = ({ way }: CapturePlan, redirectUrl: string) => [
  choice('service-id', '“This service does not exist”', 'Checks the Service ID.'),
  choice('publish', '“Not available in your shop’s region”', 'The app is a draft, or its target market is missing.'),
  choice('owner', '“Authorization failed”, or “No permission”', 'Wrong account, or the onboarding isn’t finished.'),
  region,
  open('Open the page again'),
  // The listener already uses the user's own browser.
  ...(way === 'listener' ? [] : [{ ...ownBrowser, hint: pastingHint(redirectUrl) }]),
  change,
  choice('later', 'Leave; your progress is saved'),
  choice('wait', goBack.name, 'Keep waiting.'),
];
