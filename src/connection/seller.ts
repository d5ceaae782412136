import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { TokenRecord } from '../store/model/profile.ts';

/** The seller in the token answer, for a shop that isn't listed; empty if TikTok Shop omitted the name. */
export const sellerInWords = ({ sellerName = '', sellerBaseRegion: region }: Partial<TokenRecord> = {}): string =>
  sanitizeForTerminal(sellerName === '' || region === undefined ? sellerName : `${sellerName} (${region})`);
