import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { TokenRecord } from '../store/model/profile.ts';

/** TikTok Shop notifies the app 30 days before an authorization ends, and then every day (Partner Center docs). */
const soonMs = 30 * 86_400_000;

/** Whether an authorization is known to have ended or to end within 30 days. Times are milliseconds since 1970. */
export const endsSoon = (expiresAt: number | null | undefined, now: number): boolean =>
  expiresAt !== null && expiresAt !== undefined && expiresAt - now <= soonMs;

/** Names the seller, to show if there is no list of shops; empty if TikTok Shop omitted the name. */
export const sellerInWords = ({ sellerName = '', sellerBaseRegion: region }: Partial<TokenRecord> = {}): string =>
  sanitizeForTerminal(sellerName === '' || region === undefined ? sellerName : `${sellerName} (${region})`);
