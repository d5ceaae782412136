import { sanitizeForTerminal } from '../../ground/sanitize.ts';
import { scopeInWords, shopListScope } from '../../scopes/catalog.ts';
import type { ShopRecord } from '../../store/model/profile.ts';
import { blockedBy, failedWith, notYet, pass, warn, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';
import { onProfile } from '../on-profile.ts';

/** The shops that the authorization reaches, as TikTok Shop lists them now. */
export const shops: Check = {
  id: 'shops',
  title: 'Shops',
  group: 'tiktok-shop',
  needsNetwork: true,
  whenLate:
    'Check the way to TikTok Shop with `ottokit-tiktok doctor network`, then run `ottokit-tiktok doctor shops`.',
  run: (facts) => onProfile('shops', facts, () => checkShops(facts)),
};

async function checkShops(facts: Facts): Promise<Finding> {
  const verification = await facts.connection();
  if (verification === undefined) return notYet('not connected yet');
  switch (verification.verdict) {
    case 'verified':
      return pass(listed(verification.shops));
    case 'unlisted':
      return warn(
        `not listed without the scope ${scopeInWords(shopListScope)}, none of OttoKit's seven; the connection itself is fine`,
        `To see them, enable ${shopListScope.id} in Partner Center → App & Service → your app → Manage API, then authorize again with \`ottokit-tiktok connect --restart\`.`,
      );
    case 'failed':
      if (verification.failure.code === 'no-shops') return failedWith(verification.failure);
      return blockedBy('shops', ['token'], verification.failure, facts);
  }
}

const shown = 5;

function listed(found: readonly ShopRecord[]): string {
  const names = found.slice(0, shown).map(({ name, region }) => sanitizeForTerminal(`${name} (${region})`));
  const more = found.length > shown ? ` and ${String(found.length - shown)} more` : '';
  return `${found.length === 1 ? 'one' : String(found.length)}: ${names.join(', ')}${more}`;
}
