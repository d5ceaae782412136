import { loopbackNames } from '../ground/loopback.ts';
import { readRedirect, type AcceptedRedirect } from './authorization.ts';
import { tokenPrefix, withoutInvisible, withoutQuotes, withoutSpaces } from './pasted-text.ts';
import { parseAddress, regionOfHostname } from './portals.ts';

const longestPaste = 8192;

/**
 * Reads the pasted address that the browser was redirected to, even if it begins with a different Redirect URL. It must
 * be the whole address, because its `state` proves that it belongs to this login. Ignores quotes and white space.
 * @returns the redirect and its Redirect URL, or a sentence to show after a colon
 */
export function readPastedRedirect(
  pasted: string,
  redirectUrl: string,
  expectedState: string,
): { readonly redirect: AcceptedRedirect; readonly redirectUrl: string } | string {
  if (pasted.length > longestPaste) return 'it is far too long for an address.';
  const expected = new URL(redirectUrl);
  const text = withoutSpaces(withoutQuotes(withoutInvisible(pasted)));
  if (text === '') return 'nothing was pasted.';
  if (tokenPrefix.test(text)) return 'it’s only the code; paste the whole address, with its state.';
  const address = /^https?:\/\//i.test(text) ? parseAddress(text) : null;
  if (address === null) return `it isn’t a full address, which begins with ${placeOf(expected)}.`;
  const isThere = placeOf(address) === placeOf(expected) && address.username === '' && address.password === '';
  if (!isThere && isAuthorizationAddress(address)) return aboutAuthorizationAddress(address);
  const redirect = readRedirect(address.searchParams, expectedState);
  if (redirect.outcome !== 'refused') return { redirect, redirectUrl: isThere ? redirectUrl : placeOf(address) };
  return isThere ? redirect.why : aboutPlace(address, expected);
}

/** Returns an address without its query and fragment. */
const placeOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

function aboutPlace(address: URL, expected: URL): string {
  const mustBe = `the app’s Redirect URL, ${placeOf(expected)}`;
  if (loopbackNames.includes(address.hostname) && loopbackNames.includes(expected.hostname))
    return `its beginning differs from ${mustBe}; 127.0.0.1 and localhost aren’t the same.`;
  return `it does not begin with ${mustBe}.`;
}

function isAuthorizationAddress({ hostname, pathname }: URL): boolean {
  return pathname === '/open/authorize' || (hostname.startsWith('services.') && regionOfHostname(hostname) !== null);
}

const aboutAuthorizationAddress = ({ search }: URL): string =>
  /[?&](is_draft=true|region_check=1)\b/.test(search)
    ? 'that page means that the app is a draft, or that its target market isn’t filled in: publish it in Partner Center, then open the address above again.'
    : 'it’s the address where you approve; paste the one that the browser goes to afterward.';
