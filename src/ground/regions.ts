/**
 * TikTok Shop keeps registrations and apps in the United States separate from those in the rest of the world ("ROW").
 * The United Kingdom and the EU belong to ROW: `partner.eu.tiktokshop.com` exists, but we found no separate
 * authorization host.
 * Source: TikTok Shop Partner Center docs, "Authorization overview" and list of markets. Users reported AT, BE, NL, PL.
 */
export const regions = {
  us: {
    label: 'US',
    /** Says where a shop is if we don't know its country. */
    place: 'United States',
    /** Origin of Partner Center. */
    portal: 'https://partner.us.tiktokshop.com',
    /** Origin of the page where the seller authorizes. */
    services: 'https://services.us.tiktokshop.com',
    /** Host names of authorization links and Partner Center pages, besides those of the two origins. */
    aliases: ['services.tiktokshops.us'],
    /** Whether we have seen the paths of the app list and the app page on this portal. */
    pathsKnown: false,
    /** Whether we have seen it accept a Redirect URL on loopback. */
    loopbackSeen: false,
    /** The countries that have TikTok Shop, as ISO 3166-1 alpha-2 codes, in the order to show them. */
    markets: ['US'],
  },
  row: {
    label: 'all countries but the US (ROW)',
    place: 'outside the United States',
    portal: 'https://partner.tiktokshop.com',
    services: 'https://services.tiktokshop.com',
    aliases: ['partner.eu.tiktokshop.com'],
    pathsKnown: true,
    loopbackSeen: true,
    // The United Kingdom comes first, the others by name.
    markets: 'GB AT BE BR FR DE ID IE IT JP MY MX NL PH PL SG ES TH VN'.split(' '),
  },
} as const;

export type Region = keyof typeof regions;

export const regionIds = Object.keys(regions) as [Region, ...Region[]];

export const defaultRegion: Region = 'row';

export const nextRegion = (region: Region): Region =>
  regionIds[(regionIds.indexOf(region) + 1) % regionIds.length] ?? defaultRegion;

export const isRegion = (value: unknown): value is Region => (regionIds as readonly unknown[]).includes(value);
