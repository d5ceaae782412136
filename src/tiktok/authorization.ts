import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { loopbackNames } from '../ground/loopback.ts';
import { regions } from '../ground/regions.ts';
import { Secret } from '../ground/secret.ts';
import { shownText } from './failures.ts';
import { tokenPrefix, withoutInvisible, withoutQuotes, withoutSpaces } from './pasted-text.ts';
import { parseAddress, regionOfHostname, type Hosts } from './portals.ts';

/** TikTok Shop has no PKCE, so only this protects the login. Source: RFC 6749 section 10.12, RFC 9700 section 4.7.1. */
export const newState = (): string => randomBytes(32).toString('base64url');

/**
 * Source: TikTok Shop Partner Center docs, "Authorization overview". The older address (`auth.tiktok-shops.com`) showed
 * sellers no EU markets. Official pages disagree about the US host, so we use `linkHost`, the one in the app's own
 * link, unless it belongs to another region or a loopback address replaces `hosts`.
 */
export function authorizationUrl(hosts: Hosts, serviceId: string, state: string, linkHost = ''): string {
  const region = regionOfHostname(linkHost);
  const isUsed = region !== null && hosts.services === regions[region].services;
  return `${isUsed ? `https://${linkHost}` : hosts.services}/open/authorize?${new URLSearchParams({ service_id: serviceId, state }).toString()}`;
}

/** A redirect with the right `state`. The caller must compare `appKey` with the App Key in use. */
export type AcceptedRedirect =
  | { readonly outcome: 'approved'; readonly code: Secret; readonly appKey?: string }
  | { readonly outcome: 'denied'; readonly error: string };

type RefusedRedirect = ReturnType<typeof refused>;

/** `reason`: what is wrong. `why`: a sentence to show after a colon. */
const refused = (reason: 'state' | 'code', why: string) => ({ outcome: 'refused', reason, why }) as const;

/**
 * Refuses any request, even a denial, that doesn't have exactly one `state` equal to the expected one, because anyone
 * could forge it. An `error` takes precedence over a code, unless it is empty and the code is real. In a denial, the
 * code is the word `null`. Source: RFC 6749 sections 3.1 (no repeated parameters), 4.1.2, 10.12; TikTok Shop Partner
 * Center docs, "Authorization overview"; `code=null&error=auth_denied`: public reports of live redirects.
 */
export function readRedirect(query: URLSearchParams, expectedState: string): AcceptedRedirect | RefusedRedirect {
  const states = query.getAll('state');
  const denial = denialIn(query);
  const although = denial === null ? '' : ', although it says that the authorization was declined';
  if (states.length > 1) return refused('state', 'it has more than one state.');
  const [state = ''] = states;
  if (state === '') return refused('state', `it has no state, so it may belong to another login${although}.`);
  // Digests have the same length, so the timing reveals nothing about the expected state.
  const isExpected = timingSafeEqual(digest(state), digest(expectedState));
  if (!isExpected) return refused('state', `its state isn’t this login’s${although}.`);
  return denial === null ? readApproval(query) : { outcome: 'denied', error: denial };
}

const isRealCode = (code: string): boolean => code.trim() !== '' && code !== 'null';

const longestText = 100;

function denialIn(query: URLSearchParams): string | null {
  const errors = query.getAll('error');
  const given = errors.find((error) => error !== '');
  if (given === undefined && (errors.length === 0 || query.getAll('code').some(isRealCode))) return null;
  return shownText(given ?? '', []).slice(0, longestText) || 'no reason given';
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function readApproval(query: URLSearchParams): AcceptedRedirect | RefusedRedirect {
  const codes = query.getAll('code');
  const [code] = codes;
  if (code === undefined) return refused('code', 'it has no authorization code.');
  if (codes.length > 1) return refused('code', 'it has more than one authorization code.');
  if (!isRealCode(code)) return refused('code', 'its authorization code is empty.');
  // Known codes are 100 to 200 characters long.
  if (!/^[\x21-\x7e]{1,2048}$/.test(code)) return refused('code', 'its authorization code can’t be a real one.');
  if (query.getAll('app_key').length > 1) return refused('code', 'it has more than one App Key.');
  const appKey = query.get('app_key')?.slice(0, longestText);
  return { outcome: 'approved', code: new Secret(code), ...(appKey ? { appKey } : {}) };
}

/**
 * Reads the pasted address that the browser was redirected to, even if it begins with a different Redirect URL. It must
 * be whole, because its `state` proves that it belongs to this login. Returns the Redirect URL that it begins with, or
 * a sentence to show after a colon.
 */
export function readPastedRedirect(
  pasted: string,
  redirectUrl: string,
  expectedState: string,
): { readonly redirect: AcceptedRedirect; readonly redirectUrl: string } | string {
  if (pasted.length > 8192) return 'it is far too long for an address.';
  const expected = new URL(redirectUrl);
  const text = withoutSpaces(withoutQuotes(withoutInvisible(pasted)));
  if (text === '') return 'nothing was pasted.';
  if (tokenPrefix.test(text)) return 'it’s only the code; paste the whole address, with its state.';
  const address = /^https?:\/\//i.test(text) ? parseAddress(text) : null;
  if (address === null) return `it isn’t a full address, which begins with ${placeOf(expected)}.`;
  const isRedirectUrl = placeOf(address) === placeOf(expected) && address.username === '' && address.password === '';
  if (!isRedirectUrl && isAuthorizationAddress(address))
    return isDraftPage(address) ? aboutDraft : aboutAuthorizationAddress;
  const redirect = readRedirect(address.searchParams, expectedState);
  if (redirect.outcome !== 'refused') return { redirect, redirectUrl: isRedirectUrl ? redirectUrl : placeOf(address) };
  if (isRedirectUrl) return redirect.why;
  return isDraftPage(address) ? aboutDraft : aboutPlace(address, expected);
}

const placeOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

function aboutPlace(address: URL, expected: URL): string {
  const mustBe = `the app’s Redirect URL, ${placeOf(expected)}`;
  if (loopbackNames.includes(address.hostname) && loopbackNames.includes(expected.hostname))
    return `its beginning differs from ${mustBe}; 127.0.0.1 and localhost aren’t the same.`;
  return `it doesn’t begin with ${mustBe}.`;
}

/** Public reports don't name the page's host or say whether the parameter is in the query or the fragment. */
const isDraftPage = ({ search, hash }: URL): boolean => /[?&](is_draft=true|region_check=1)\b/.test(search + hash);

const aboutDraft =
  'that page means that the app is a draft, or that its target market isn’t filled in: publish it in Partner Center, then open the address above again.';

const aboutAuthorizationAddress =
  'it’s the address where you approve; paste the one that the browser goes to afterward.';

function isAuthorizationAddress({ hostname, pathname }: URL): boolean {
  return pathname === '/open/authorize' || (hostname.startsWith('services.') && regionOfHostname(hostname) !== null);
}
