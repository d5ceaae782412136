import { isBlockedPort } from '../ground/blocked-ports.ts';
import { isLoopback } from '../ground/loopback.ts';
import type { Profile } from '../store/model/profile.ts';
import { withoutInvisible, withoutQuotes } from '../tiktok/pasted-text.ts';
import { parseAddress } from '../tiktok/portals.ts';

/** Source: OttoKit's guide, step 2. */
export const ottokitRedirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** Source: OttoKit's guide, step 4. */
export const ottokitDashboard = 'https://app.ottokit.com';

/** No well-known program uses this port. */
export const localRedirectUrl = 'http://127.0.0.1:8717/callback';

/** Whether the app's Redirect URL must be changed back to OttoKit's. Until then, connecting in OttoKit fails. */
export const mustSetBack = ({ app, journal }: Pick<Profile, 'app' | 'journal'>): boolean =>
  journal.done.authorize !== undefined && app.redirectUrl !== ottokitRedirectUrl;

/** `public`: an https address elsewhere, such as a tunnel. `near-miss`: almost OttoKit's, but not exactly. */
export type RedirectUrlVerdict =
  { kind: 'ottokit' | 'local' | 'public'; url: string } | { kind: 'near-miss' | 'refused'; url: string; why: string };

/** Ignores surrounding spaces and quotes, and invisible characters. */
export function readRedirectUrl(typed: string): RedirectUrlVerdict {
  const url = withoutQuotes(withoutInvisible(typed));
  if (url === ottokitRedirectUrl) return { kind: 'ottokit', url };
  const parsed = parseAddress(url);
  const refused = (why: string) => ({ kind: 'refused', url, why }) as const;
  if (parsed !== null && parsed.port !== '' && isBlockedPort(Number(parsed.port)))
    return refused(`browsers don’t open addresses on port ${parsed.port}; choose another, such as 8717.`);
  const difference = differenceFromOttokit(url);
  if (difference !== undefined) {
    const why = `it isn’t exactly OttoKit’s: ${difference}. TikTok Shop compares every character.`;
    return { kind: 'near-miss', url, why };
  }
  if (parsed === null) return refused('it isn’t a whole address that begins with https:// or http://.');
  const why = whyRefused(parsed);
  if (why !== undefined) return refused(why);
  return { kind: parsed.protocol === 'https:' ? 'public' : 'local', url };
}

function whyRefused({ username, password, hash, search, protocol, hostname }: URL): string | undefined {
  if (username !== '' || password !== '') return 'it contains a user name or password.';
  if (hash !== '') return 'it has a part after “#”, which a browser never sends.';
  if (search !== '') return 'it has a part after “?”; TikTok Shop adds its own there.';
  const isHere = isLoopback(hostname);
  if (protocol === 'https:')
    return isHere ? 'on this computer the address must begin with http://, not https://.' : undefined;
  if (protocol !== 'http:' || !isHere) return 'only https:// addresses, or http:// ones on this computer, can be used.';
  if (/^127\.(?!0\.0\.1$)/.test(hostname)) return 'the program listens on 127.0.0.1, localhost and [::1] only.';
  return undefined;
}

function differenceFromOttokit(text: string): string | undefined {
  const lower = text.toLowerCase();
  const bare = lower.replace(/^[a-z]+:\/\//, '').replace(/\/+$/, '');
  if (!bare.startsWith('api.ottokit.com')) return undefined;
  if (`https://${bare}` !== ottokitRedirectUrl) return 'its path is different';
  if (lower.startsWith('http://')) return 'it begins with http:// instead of https://';
  if (!lower.startsWith('https://')) return 'the https:// at the beginning is missing';
  return text.endsWith('/') ? 'it ends with a slash' : 'some letters differ in case';
}
