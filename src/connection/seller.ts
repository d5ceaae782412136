import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { TokenRecord } from '../store/model/profile.ts';

/** The seller from the token answer, shown if there is no list of shops; empty if TikTok Shop omitted the name. */
export const sellerInWords = ({ sellerName = '', sellerBaseRegion: region }: Partial<TokenRecord> = {}): string =>
  sanitizeForTerminal(sellerName === '' || region === undefined ? sellerName : `${sellerName} (${region})`);
