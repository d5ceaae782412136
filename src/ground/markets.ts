import { defaultRegion, regionIds, regions, type Region } from './regions.ts';

interface Market {
  /** ISO 3166-1 alpha-2, or `OTHER`. */
  readonly code: string;
  readonly name: string;
  readonly region: Region;
}

const english = new Intl.DisplayNames('en', { type: 'region' });

/** The countries of all regions, and “Another country”, because TikTok Shop keeps opening in new ones. */
export const markets: readonly Market[] = [
  ...regionIds.flatMap((region) =>
    regions[region].markets.map((code) => ({ code, name: english.of(code) ?? code, region })),
  ),
  { code: 'OTHER', name: 'Another country', region: defaultRegion },
];
