import type { Failure } from '../ground/errors.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { TokenRecord } from '../store/model/profile.ts';

/** TikTok Shop notifies the app daily, beginning 30 days before the authorization ends (Partner Center docs). */
const soonMs = 30 * 86_400_000;

/** Times are milliseconds since 1970. */
export const endsSoon = (expiresAt: number | null | undefined, now: number): boolean =>
  expiresAt !== null && expiresAt !== undefined && expiresAt - now <= soonMs;

/** Whether TikTok Shop no longer accepts the authorization, so the seller has to authorize again. */
export const isAuthorizationOver = ({ code }: Failure): boolean =>
  ['refresh-token-unknown', 'refresh-token-expired', 'access-token-invalid'].includes(code);

/** Empty if TikTok Shop omitted the name. */
export const sellerInWords = ({ sellerName = '', sellerBaseRegion: region }: Partial<TokenRecord> = {}): string =>
  sanitizeForTerminal(sellerName === '' || region === undefined ? sellerName : `${sellerName} (${region})`);
