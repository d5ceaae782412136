import { whereIs, type CredentialName } from './credential-shapes.ts';
import { isLoopback } from '../ground/loopback.ts';
import { regions, type Region } from '../ground/regions.ts';
import { parseAddress, regionOfHostname } from './portals.ts';

/** The Service ID in an address, with the host if it is an authorization link, or why there is none. */
type LinkReading = { readonly found: string; readonly authorizationHost?: string } | { readonly why: string };

const scheme = /^[a-z][a-z0-9+.-]*:\//i;

/** Whether a pasted text is meant as an address. A browser's address bar may omit `https://`. */
export function looksLikeAddress(text: string): boolean {
  return scheme.test(text) || /^(?:localhost|\[::1\]|[a-z0-9.-]+\.[a-z0-9]+)(?::\d+)?\//i.test(text);
}

/**
 * Reads the Service ID from the app's authorization link ("Copy authorization link") or from the address of the app's
 * page in Partner Center; both contain it as `service_id`. Other addresses and other credentials are refused.
 * Source: TikTok Shop Partner Center docs, "Authorization overview".
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
    return { why: 'This TikTok Shop address has no service_id; the app’s authorization link and the app’s page do.' };
  }
  if (more.length > 0) return { why: 'This address has more than one service_id; copy it again.' };
  return { found: id, ...(address.hostname.startsWith('services.') ? { authorizationHost: address.hostname } : {}) };
}

function isRedirectUrl({ hostname }: URL): boolean {
  return hostname === 'api.ottokit.com' || isLoopback(hostname);
}

function otherRegion(linkRegion: Region): string {
  const { label, portal } = regions[linkRegion];
  return `This link is for an app in the portal for ${label} (${new URL(portal).hostname}), but the shop is elsewhere. Create the app in the portal for the shop’s own country.`;
}
