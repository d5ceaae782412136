import { defined } from '../ground/defined.ts';
import { isLoopback } from '../ground/loopback.ts';
import { regions, type Region } from '../ground/regions.ts';
import { whereIs, type CredentialName } from './credential-shapes.ts';
import { withoutInvisible } from './pasted-text.ts';
import { parseAddress, regionOfHostname } from './portals.ts';

/** The values on an app's page in Partner Center. */
export interface AppPage {
  readonly appKey?: string;
  /** Present only if it was revealed on the page. */
  readonly appSecret?: string;
  readonly serviceId?: string;
  readonly redirectUrl?: string;
  readonly status?: 'draft' | 'published';
}

const longestPage = 200_000;

/** Matches a label and its value. Up to 40 characters may be between them, such as punctuation and a button's label. */
const labeled = (label: string, value: string): RegExp =>
  new RegExp(`${label}[^]{0,40}?(?<![\\w-])(${value})\\b`, 'iu');

/**
 * Reads an app's page that was copied with Ctrl-A and Ctrl-C, or other text with at least two of its values, such as
 * JSON or a table. Line breaks may have become spaces. Returns `null` for anything else.
 */
export function readAppPage(pasted: string): AppPage | null {
  const text = withoutInvisible(pasted).normalize('NFKC').trim();
  if (pasted.length > longestPage || (looksLikeAddress(text) && !/\s/u.test(text))) return null;
  const first = (...patterns: readonly RegExp[]): string | undefined =>
    patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  const page = defined({
    appKey: first(labeled('app[\\s_-]*key', '6[0-9a-z]{12}'), /\b(6(?=[0-9a-z]{0,11}[a-z])[0-9a-z]{12})\b/u),
    appSecret: first(labeled('app[\\s_-]*secret', '[0-9a-f]{40}')),
    serviceId: first(labeled('service[\\s_-]*id', '7\\d{18}'), /\bid["'\s:]*\b(7\d{18})\b/iu, /\b(7\d{18})\b/u),
    redirectUrl: first(
      /redirect(?:ion)?[\s_-]*ur[li]s?(?: is)?[^\p{L}\p{N}]*(https?:\/\/[^\s"'`,;<>|]*[^\s"'`,;<>|.])/iu,
    ),
    status: statusIn(text),
  });
  return Object.keys(page).length < 2 ? null : page;
}

/** Reads the first status in the text. Skips “Publish”, which is a button. */
function statusIn(text: string): AppPage['status'] {
  const word = /\b(draft|unpublished|published)\b/iu.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  return word === 'published' ? 'published' : 'draft';
}

/** The Service ID in an address, with the host if it is an authorization link, or why there is none. */
type LinkReading = { readonly found: string; readonly authorizationHost?: string } | { readonly why: string };

const scheme = /^[a-z][a-z0-9+.-]*:\//i;

/** Whether pasted text looks like an address. A browser's address bar may omit `https://`. */
export function looksLikeAddress(text: string): boolean {
  return scheme.test(text) || /^(?:localhost|\[::1\]|[a-z0-9.-]+\.[a-z0-9]+)(?::\d+)?\//i.test(text);
}

/**
 * Reads the Service ID from the app's authorization link ("Copy authorization link") or from the address of the app's
 * page in Partner Center; both contain it as `service_id`. Refuses other addresses, and all addresses for other
 * credentials. Source: TikTok Shop Partner Center docs, "Authorization overview".
 */
export function readAppLink(name: CredentialName, text: string, region: Region | undefined): LinkReading {
  const address = parseAddress(scheme.test(text) ? text : `https://${text}`);
  const here = whereIs(name);
  if (address === null) return { why: `This address is damaged; ${here}.` };
  if (isRedirectUrl(address)) return { why: `This is a Redirect URL; ${here}.` };
  const linkRegion = regionOfHostname(address.hostname);
  if (name !== 'service-id') {
    const what = linkRegion === null ? 'an address' : 'an address of TikTok Shop, which contains only the Service ID';
    return { why: `This is ${what}; ${here}.` };
  }
  if (linkRegion === null) {
    return { why: `This address is neither the app’s authorization link nor its page in Partner Center; ${here}.` };
  }
  if (region !== undefined && region !== linkRegion) return { why: otherRegion(linkRegion) };
  return readServiceId(address);
}

function readServiceId(address: URL): LinkReading {
  const [id, ...more] = new Set(address.searchParams.getAll('service_id'));
  if (id === undefined || id === '') {
    return { why: 'This TikTok Shop address has no service_id; the app’s authorization link and its page have one.' };
  }
  if (more.length > 0) return { why: 'This address has more than one service_id; copy it again.' };
  return { found: id, ...(address.hostname.startsWith('services.') ? { authorizationHost: address.hostname } : {}) };
}

const isRedirectUrl = ({ hostname }: URL): boolean => hostname === 'api.ottokit.com' || isLoopback(hostname);

function otherRegion(linkRegion: Region): string {
  const { label, portal } = regions[linkRegion];
  return `This link is for an app in the portal for ${label} (${new URL(portal).hostname}), but the shop is elsewhere. Create the app in the portal for the shop’s own country.`;
}
