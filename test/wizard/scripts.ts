import { Secret } from '../../src/ground/secret.ts';
import { isFailure } from '../../src/ground/errors.ts';
import { leavesOpen, type Scripted } from './person.ts';
import type { WizardWorld } from './world.ts';

export type Script = Record<string, readonly Scripted[]>;

export const ottokitRedirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** Every answer of a seller with all values at hand and a Redirect URL on this computer. */
export function readySeller({ simulator, redirectUrl }: WizardWorld, more: Script = {}): Script {
  return {
    region: ['GB'],
    account: ['ready'],
    'app-created': ['another', 'ready'],
    'redirect-url': ['other'],
    'redirect-url-other': [redirectUrl],
    'scopes-on': ['all'],
    'app-key': [simulator.app.appKey],
    'app-secret': [new Secret(simulator.app.appSecret)],
    'service-id': [simulator.app.serviceId],
    authorize: ['open'],
    'redirected-address': [leavesOpen],
    'redirect-restored': ['yes'],
    ottokit: ['yes'],
    ...more,
  };
}

/** All answers as flags. */
export function flags({ simulator, redirectUrl }: WizardWorld): {
  region: 'row';
  redirectUrl: string;
  appKey: string;
  appSecret: Secret;
  serviceId: string;
} {
  const { appKey, appSecret, serviceId } = simulator.app;
  return { region: 'row', redirectUrl, appKey, appSecret: new Secret(appSecret), serviceId };
}

export const codeOf = (thrown: unknown): string => (isFailure(thrown) ? thrown.code : String(thrown));
