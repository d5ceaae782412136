import { fail } from '../ground/errors.ts';
import { isLoopback } from '../ground/loopback.ts';
import { regionIds, regions, type Region } from '../ground/regions.ts';

/**
 * Origins, without a trailing slash. The seller authorizes at `services`. `auth` exchanges codes and refresh tokens.
 * `api` takes signed calls. Source: TikTok Shop Partner Center docs, "Authorization overview", "Sign your API request".
 */
export interface Hosts {
  readonly services: string;
  readonly auth: string;
  readonly api: string;
}

/** `origin`, from `loopbackOrigin`, replaces all three. */
export function hostsOf(region: Region, origin?: string): Hosts {
  if (origin !== undefined) return { services: origin, auth: origin, api: origin };
  return {
    services: regions[region].services,
    auth: 'https://auth.tiktok-shops.com',
    api: 'https://open-api.tiktokglobalshop.com',
  };
}

/** Returns the region whose authorization links or Partner Center pages are on this host. */
export const regionOfHostname = (hostname: string): Region | null =>
  regionIds.find((region) => {
    const { portal, services, aliases } = regions[region];
    return [new URL(portal).hostname, new URL(services).hostname, ...aliases].includes(hostname);
  }) ?? null;

export const parseAddress = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/**
 * Reads `OTTOKIT_TIKTOK_ORIGIN`. The App Secret and tokens are sent there, so refuses all but an origin on this
 * computer.
 * @throws Failure origin-not-loopback
 */
export function loopbackOrigin(value: string): string {
  const text = value.trim();
  const address = /^https?:\/\/[^/\\?#@\s]+\/?$/i.test(text) ? parseAddress(text) : null;
  if (address !== null && isLoopback(address.hostname)) return address.origin;
  throw fail('origin-not-loopback', { value: shownAddress(text) });
}

function shownAddress(text: string): string {
  // The user name, the password and the query may be secret.
  const shown = text.replace(/^.*@/s, '…@').replace(/[?#].*$/s, '…');
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}

/** Returns the address of the app's page or of the list of apps, which may not exist in every portal (`pathsKnown`). */
export function appPageUrl(region: Region, serviceId?: string): string {
  const page = serviceId === undefined ? 'list' : `gather?${new URLSearchParams({ service_id: serviceId }).toString()}`;
  return `${regions[region].portal}/service/${page}`;
}

export const confirmedAppPageUrl = (region: Region, serviceId?: string): string =>
  regions[region].pathsKnown ? appPageUrl(region, serviceId) : regions[region].portal;
