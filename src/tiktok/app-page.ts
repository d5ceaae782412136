import { defined } from '../ground/defined.ts';
import { isLoopback } from '../ground/loopback.ts';
import { regions, type Region } from '../ground/regions.ts';
import { whereIs, type CredentialName } from './credential-shapes.ts';
import { withoutInvisible } from './pasted-text.ts';
import { parseAddress, regionOfHostname } from './portals.ts';

/** The values on an app's page in Partner Center. `appSecret` is there only if it was revealed. */
export interface AppPage {
  readonly appKey?: string;
  readonly appSecret?: string;
  readonly serviceId?: string;
  readonly redirectUrl?: string;
  readonly status?: 'draft' | 'published';
}

/** Matches a label and its value. Up to 40 characters may be between them, such as punctuation and a button's label. */
const labeled = (label: string, value: string): RegExp =>
  new RegExp(`${label}[^]{0,40}?(?<![\\w-])(${value})\\b`, 'iu');

/** Reads a copied page, or other text such as JSON. `null` for an address, or if there are fewer than two values. */
export function readAppPage(pasted: string): AppPage | null {
  const text = withoutInvisible(pasted).normalize('NFKC').trim();
  if (pasted.length > 200_000 || (looksLikeAddress(text) && !/\s/u.test(text))) return null;
  const first = (...patterns: readonly RegExp[]): string | undefined =>
    patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  // Doesn't match “Publish”, which is a button.
  const word = first(/\b(draft|unpublished|published)\b/iu)?.toLowerCase();
  const status: AppPage['status'] = word === undefined || word === 'published' ? word : 'draft';
  const page = defined({
    appKey: first(labeled('app[\\s_-]*key', '6[0-9a-z]{12}'), /\b(6(?=[0-9a-z]{0,11}[a-z])[0-9a-z]{12})\b/u),
    appSecret: first(labeled('app[\\s_-]*secret', '[0-9a-f]{40}')),
    serviceId: first(labeled('service[\\s_-]*id', '7\\d{18}'), /\bid["'\s:]*\b(7\d{18})\b/iu, /\b(7\d{18})\b/u),
    redirectUrl: first(
      /redirect(?:ion)?[\s_-]*ur[li]s?(?: is)?[^\p{L}\p{N}]*(https?:\/\/[^\s"'`,;<>|]*[^\s"'`,;<>|.])/iu,
    ),
    status,
  });
  return Object.keys(page).length < 2 ? null : page;
}

const scheme = /^[a-z][a-z0-9+.-]*:\//i;

/** A browser's address bar may omit `https://`. */
export const looksLikeAddress = (text: string): boolean =>
  scheme.test(text) || /^(?:localhost|\[::1\]|[a-z0-9.-]+\.[a-z0-9]+)(?::\d+)?\//i.test(text);

/**
 * Reads the Service ID from the app's authorization link ("Copy authorization link") or the address of its page, which
 * both contain it. Otherwise, says what is wrong. Source: TikTok Shop Partner Center docs, "Authorization overview".
 */
export function readAppLink(
  name: CredentialName,
  text: string,
  region: Region | undefined,
): { readonly serviceId: string; readonly authorizationHost: string | undefined } | string {
  const address = parseAddress(scheme.test(text) ? text : `https://${text}`);
  const here = whereIs(name);
  if (address === null) return `This isn’t a valid address; ${here}.`;
  const { hostname, searchParams } = address;
  if (hostname === 'api.ottokit.com' || isLoopback(hostname)) return `This is a Redirect URL; ${here}.`;
  const linkRegion = regionOfHostname(hostname);
  if (name !== 'service-id') {
    const what = linkRegion === null ? 'an address' : 'a TikTok Shop link, which contains only the Service ID';
    return `This is ${what}; ${here}.`;
  }
  if (linkRegion === null)
    return `This address is neither the app’s authorization link nor its page in Partner Center; ${here}.`;
  if (region !== undefined && region !== linkRegion) {
    const portalOf = (one: Region): string => new URL(regions[one].portal).hostname;
    return `This link is for an app on ${portalOf(linkRegion)}, but the shop’s region is ${regions[region].label}. Create the app on ${portalOf(region)}.`;
  }
  const [serviceId = '', ...more] = new Set(searchParams.getAll('service_id'));
  if (more.length > 0) return 'This address has more than one service_id; copy it again.';
  if (serviceId === '')
    return 'This TikTok Shop address has no service_id; the app’s authorization link and its page have one.';
  return { serviceId, authorizationHost: hostname.startsWith('services.') ? hostname : undefined };
}
