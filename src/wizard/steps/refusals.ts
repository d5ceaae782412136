import { ownerAlone } from '../../ground/catalogue.ts';
import type { ErrorCode, Failure } from '../../ground/errors.ts';
import type { Choice } from '../../ground/io.ts';
import type { Cure } from './cures.ts';

/** What a refusal shows in the terminal, and the cures to choose from; the first is recommended. */
export interface Refusal {
  readonly lines: readonly string[];
  readonly cures: readonly Choice<Cure>[];
}

const openAgain = { value: 'open', name: 'Open the page again' } as const;
const authorizeAgain = { value: 'open', name: 'Authorize again' } as const;
const ownBrowser = { value: 'own browser', name: 'Use my own browser and paste the address' } as const;
const change = { value: 'change', name: 'Change a value' } as const;
const secret = { value: 'app-secret', name: 'Enter the App Secret again' } as const;
const verifyAgain = { value: 'verify', name: 'Try again' } as const;
const serviceId = { value: 'service-id', name: 'Enter the Service ID again' } as const;

const refusals: Partial<Record<ErrorCode, Refusal>> = {
  'authorization-denied': {
    lines: [ownerAlone],
    cures: [{ ...openAgain, hint: 'Sign in as the shop’s owner and approve.' }, ownBrowser, change],
  },
  'authorization-code-invalid': {
    lines: ['The code is only seconds old, so the App Secret is probably wrong.'],
    cures: [{ ...secret, hint: 'The same code is then tried once more.' }, authorizeAgain, change],
  },
  'app-key-invalid': {
    lines: [],
    cures: [{ value: 'app-key', name: 'Enter the App Key again' }, authorizeAgain, change],
  },
  'app-key-mismatch': {
    lines: [],
    cures: [
      serviceId,
      {
        value: 'their app key',
        name: 'Use that App Key',
        hint: 'The Service ID is right. You’ll enter the App Secret again.',
      },
      change,
    ],
  },
  'app-secret-mismatch': { lines: [], cures: [secret, { value: 'app-key', name: 'Enter the App Key again' }, change] },
  'wrong-account-type': {
    lines: ['Sign out of TikTok Shop in the browser first. A separate window starts signed out.'],
    cures: [{ ...openAgain, hint: 'Sign in with the seller account this time.' }, ownBrowser],
  },
  'no-shops': {
    lines: [],
    cures: [{ ...authorizeAgain, hint: 'Sign in with the account that owns the shop.' }, verifyAgain],
  },
  'authorization-timeout': { lines: [], cures: [openAgain, ownBrowser, serviceId, change] },
  'access-token-invalid': { lines: [], cures: [authorizeAgain, change] },
  'refresh-token-unknown': { lines: [], cures: [authorizeAgain, change] },
  'refresh-token-expired': { lines: [], cures: [authorizeAgain, change] },
  'exchange-uncertain': { lines: [], cures: [authorizeAgain] },
};

/** The refusal's own cures, or those that every failure has. `isStored`: the tokens are there, only the proof is missing. */
export function refusalOf({ code }: Failure, isStored: boolean): Refusal {
  return refusals[code] ?? { lines: [], cures: isStored ? [verifyAgain, change] : [authorizeAgain, change] };
}
