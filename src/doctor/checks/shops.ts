import { sellerInWords } from '../../connection/authorization.ts';
import { unusableInWords } from '../../connection/verify.ts';
import { sanitizeForTerminal } from '../../ground/sanitize.ts';
import type { Shop } from '../../ground/tokens-and-shops.ts';
import { fewOf } from '../../ground/words.ts';
import { scopeInWords, shopListScope } from '../../scopes/catalog.ts';
import { blockedBy, failedWith, notYet, pass, profileCheck, warn } from '../check.ts';

export const shops = profileCheck(
  { id: 'shops', title: 'Shops', group: 'tiktok-shop', needsNetwork: true },
  async ({ tokens }, facts) => {
    const found = await facts.connection();
    if (found === undefined) return notYet('not connected yet');
    if (found.verdict === 'verified') {
      const { shops: usable, unusable } = found;
      if (unusable.length === 0) return pass(listed(usable));
      return warn(
        `${usable.length === 0 ? 'none that can be used' : listed(usable)}; ${unusableInWords(unusable)}`,
        'The connection works. If the shop is still left out tomorrow, ask TikTok Shop’s support why.',
      );
    }
    // The usual case, because listing shops needs a scope that OttoKit's guide doesn't mention.
    if (found.verdict === 'unlisted')
      return pass(
        `${sellerInWords(tokens) || 'authorized'}; TikTok Shop lists shops only with ${scopeInWords(shopListScope)}, which is optional`,
      );
    if (found.failure.code === 'no-shops') return failedWith(found.failure);
    return blockedBy('shops', ['token'], found.failure, facts);
  },
);

function listed(found: readonly Shop[]): string {
  const names = found.map(({ name, region }) => sanitizeForTerminal(`${name} (${region})`));
  return `${found.length === 1 ? 'one' : String(found.length)}: ${fewOf(names)}`;
}
