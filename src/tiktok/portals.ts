import { fail, type Failure } from '../ground/errors.ts';
import { parseAddress } from './address.ts';

/** TikTok Shop keeps registrations and apps of the United States apart from those of the rest of the world ("ROW"). */
export type Region = 'us' | 'row';

export interface Market {
  /** ISO 3166-1 alpha-2, or `OTHER`. */
  readonly code: string;
  readonly name: string;
  readonly region: Region;
}

/** Origins, without a slash at the end. */
export interface Hosts {
  /** Where the seller authorizes. */
  readonly services: string;
  /** Where codes and refresh tokens become tokens: one host for all markets. */
  readonly auth: string;
  /** The signed API: one host for all markets. */
  readonly api: string;
}

/**
 * The markets seen in public material. TikTok Shop opens new ones, so the list ends with "another country". Great
 * Britain and the EU belong to ROW: `partner.eu.tiktokshop.com` exists, but no authorization host of its own is known.
 */
export const markets: readonly Market[] = [
  { code: 'US', name: 'United States', region: 'us' },
  { code: 'GB', name: 'United Kingdom', region: 'row' },
  { code: 'BR', name: 'Brazil', region: 'row' },
  { code: 'FR', name: 'France', region: 'row' },
  { code: 'DE', name: 'Germany', region: 'row' },
  { code: 'ID', name: 'Indonesia', region: 'row' },
  { code: 'IE', name: 'Ireland', region: 'row' },
  { code: 'IT', name: 'Italy', region: 'row' },
  { code: 'JP', name: 'Japan', region: 'row' },
  { code: 'MY', name: 'Malaysia', region: 'row' },
  { code: 'MX', name: 'Mexico', region: 'row' },
  { code: 'PH', name: 'Philippines', region: 'row' },
  { code: 'SG', name: 'Singapore', region: 'row' },
  { code: 'ES', name: 'Spain', region: 'row' },
  { code: 'TH', name: 'Thailand', region: 'row' },
  { code: 'VN', name: 'Vietnam', region: 'row' },
  { code: 'OTHER', name: 'Another country', region: 'row' },
];

const services: Record<Region, string> = {
  us: 'https://services.us.tiktokshop.com',
  row: 'https://services.tiktokshop.com',
};
const portals: Record<Region, string> = {
  us: 'https://partner.us.tiktokshop.com',
  row: 'https://partner.tiktokshop.com',
};

/**
 * The hosts that serve `region`. `origin`, an answer of `loopbackOrigin`, stands in for all three.
 *
 * Source: TikTok Shop Partner Center docs, "Authorization overview" and "Sign your API request".
 */
export function hostsOf(region: Region, origin?: string): Hosts {
  if (origin !== undefined) return { services: origin, auth: origin, api: origin };
  return {
    services: services[region],
    auth: 'https://auth.tiktok-shops.com',
    api: 'https://open-api.tiktokglobalshop.com',
  };
}

/** Host names of authorization links and Partner Center pages. `services.tiktokshops.us` is the older US one. */
const regionsByHostname: ReadonlyMap<string, Region> = new Map([
  ['services.us.tiktokshop.com', 'us'],
  ['services.tiktokshops.us', 'us'],
  ['partner.us.tiktokshop.com', 'us'],
  ['services.tiktokshop.com', 'row'],
  ['partner.tiktokshop.com', 'row'],
  ['partner.eu.tiktokshop.com', 'row'],
]);

/** Whose authorization links and Partner Center pages stand on this host; `null` when it is not TikTok Shop's. */
export function regionOfHostname(hostname: string): Region | null {
  return regionsByHostname.get(hostname) ?? null;
}

const loopbackHostname = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/**
 * Reads `OTTOKIT_TIKTOK_ORIGIN`: an origin on this computer, normalised, or `origin-not-loopback`. App Secret and
 * tokens go there, so any other address, and anything beyond scheme, host and port, is refused.
 */
export function loopbackOrigin(value: string): { ok: true; value: string } | { ok: false; failure: Failure } {
  const text = value.trim();
  const address = /^https?:\/\/[^/\\?#@\s]+\/?$/i.test(text) ? parseAddress(text) : null;
  if (address !== null && loopbackHostname.test(address.hostname)) return { ok: true, value: address.origin };
  return { ok: false, failure: fail('origin-not-loopback', { value: withoutCredentials(text) }) };
}

/** What was given, to be shown: without a user name and password, and short. */
function withoutCredentials(text: string): string {
  const shown = text.replace(/^.*@/s, '…@').replace(/[?#].*$/s, '…');
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}

export function portalUrl(region: Region): string {
  return portals[region];
}

/** The list of apps. Seen on the ROW portal; that the US portal has the same path is assumed. */
export function appListUrl(region: Region): string {
  return `${portals[region]}/service/list`;
}

/** One app's page. Seen on the ROW portal; that the US portal has the same path is assumed. */
export function appPageUrl(region: Region, serviceId: string): string {
  return `${portals[region]}/service/gather?${new URLSearchParams({ service_id: serviceId }).toString()}`;
}
