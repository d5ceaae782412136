import { sellerInWords } from '../../connection/authorization.ts';
import { unusableInWords, type Verification } from '../../connection/verify.ts';
import { sanitizeForTerminal } from '../../ground/sanitize.ts';
import type { Shop } from '../../ground/tokens-and-shops.ts';
import { fewOf } from '../../ground/words.ts';
import { scopeInWords, shopListScope } from '../../scopes/catalog.ts';
import type { Profile } from '../../store/model/profile.ts';
import { blockedBy, profileCheck } from '../check.ts';
import type { Facts } from '../facts.ts';
import { failedWith, notYet, pass, warn, type Finding } from '../finding.ts';

/** Reports the shops of the authorization, as TikTok Shop lists them now. */
export const shops = profileCheck(
  { id: 'shops', title: 'Shops', group: 'tiktok-shop', needsNetwork: true },
  checkShops,
);

async function checkShops({ tokens }: Profile, facts: Facts): Promise<Finding> {
  const verification = await facts.connection();
  if (verification === undefined) return notYet('not connected yet');
  switch (verification.verdict) {
    case 'verified':
      return judgeShops(verification);
    // The usual case, because listing shops needs a scope that OttoKit's guide doesn't mention.
    case 'unlisted':
      return pass(
        `${sellerInWords(tokens) || 'authorized'}; TikTok Shop lists shops only with ${scopeInWords(shopListScope)}, which is optional`,
      );
    case 'failed':
      if (verification.failure.code === 'no-shops') return failedWith(verification.failure);
      return blockedBy('shops', ['token'], verification.failure, facts);
  }
}

function judgeShops({ shops: found, unusable }: Extract<Verification, { verdict: 'verified' }>): Finding {
  if (unusable.length === 0) return pass(listed(found));
  const usable = found.length === 0 ? 'none that can be used' : listed(found);
  return warn(
    `${usable}; ${unusableInWords(unusable)}`,
    'The connection works. If the shop is still left out tomorrow, ask TikTok Shop’s support why.',
  );
}

function listed(found: readonly Shop[]): string {
  const names = found.map(({ name, region }) => sanitizeForTerminal(`${name} (${region})`));
  return `${found.length === 1 ? 'one' : String(found.length)}: ${fewOf(names)}`;
}
