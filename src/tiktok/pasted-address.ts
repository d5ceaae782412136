import { loopbackNames } from '../ground/loopback.ts';
import { readRedirect, refused, type RedirectVerdict, type RefusedRedirect } from './authorization.ts';
import { tokenPrefix, withoutInvisible, withoutQuotes, withoutSpaces } from './pasted-text.ts';
import { parseAddress, regionOfHostname } from './portals.ts';

const longestPaste = 8192;

/**
 * Reads a pasted address. It must be the whole one that the browser was sent to, because the `state` is the proof.
 * Ignores quotes, white space and line breaks.
 */
export function readPastedRedirect(pasted: string, redirectUrl: string, expectedState: string): RedirectVerdict {
  if (pasted.length > longestPaste) return refused('address', 'it is far too long for an address.');
  const expected = new URL(redirectUrl);
  const text = withoutSpaces(withoutQuotes(withoutInvisible(pasted)));
  if (text === '') return refused('address', 'nothing was pasted.');
  if (tokenPrefix.test(text)) {
    return refused('address', 'it’s only the code; paste the whole address, with its state.');
  }
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? parseAddress(text) : null;
  if (address === null) {
    return refused('address', `it isn’t a full address, which begins with ${placeOf(expected)}.`);
  }
  const isThere = placeOf(address) === placeOf(expected) && address.username === '' && address.password === '';
  return isThere ? readRedirect(address.searchParams, expectedState) : elsewhere(address, expected);
}

/** An address without its query and fragment, for comparisons. */
const placeOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

function elsewhere(address: URL, expected: URL): RefusedRedirect {
  if (isAuthorizationAddress(address)) {
    const why = /[?&](is_draft=true|region_check=1)\b/.test(address.search)
      ? 'that page means that the app is a draft, or that its target market isn’t filled in: publish it in Partner Center, then open the address above again.'
      : 'it’s the address where you approve; paste the one that the browser goes to afterwards.';
    return refused('address', why);
  }
  const mustBe = `the app’s Redirect URL, ${placeOf(expected)}`;
  if (loopbackNames.includes(address.hostname) && loopbackNames.includes(expected.hostname)) {
    return refused('place', `its beginning differs from ${mustBe}; 127.0.0.1 and localhost aren’t the same.`);
  }
  return refused('place', `it does not begin with ${mustBe}.`);
}

function isAuthorizationAddress({ hostname, pathname }: URL): boolean {
  return pathname === '/open/authorize' || (hostname.startsWith('services.') && regionOfHostname(hostname) !== null);
}
