import { fail, type Failure } from '../ground/errors.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { Shop } from '../ground/tokens-and-shops.ts';
import { fewOf } from '../ground/words.ts';
import type { Profile } from '../store/model/profile.ts';
import { listShops } from '../tiktok/client.ts';
import { appOf, type CallContext } from './app.ts';

/** `unusable`: names of shops without a usable id or cipher. `unlisted`: connected, but can't list the shops. */
export type Verification =
  | { verdict: 'verified'; shops: readonly Shop[]; unusable: readonly string[] }
  | { verdict: 'unlisted' | 'failed'; failure: Failure };

/** Lists the shops with a real signed call. */
export async function verifyConnection({ io, hosts }: CallContext, profile: Profile): Promise<Verification> {
  const { name, tokens } = profile;
  const known = appOf(profile);
  if (known === undefined || tokens === undefined)
    return { verdict: 'failed', failure: fail('not-connected', { profile: name }) };
  const answer = await listShops(io, hosts(known.region), known.app, tokens.accessToken);
  if (!answer.ok)
    return { verdict: answer.failure.code === 'scope-missing' ? 'unlisted' : 'failed', failure: answer.failure };
  const { shops, unusable } = answer.value;
  if (shops.length + unusable.length === 0)
    return { verdict: 'failed', failure: fail('no-shops', {}, { requestId: answer.requestId }) };
  return { verdict: 'verified', shops, unusable };
}

export function unusableInWords(names: readonly string[]): string {
  const shown = fewOf(names.map((name) => `“${sanitizeForTerminal(name)}”`));
  return `TikTok Shop listed ${shown} without a usable ID or cipher, so ${names.length === 1 ? 'it is' : 'they are'} left out`;
}
