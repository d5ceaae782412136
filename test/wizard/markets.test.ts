import { describe, expect, it } from 'vitest';
import { markets } from '../../src/wizard/steps/shop.ts';

describe('the list of markets', () => {
  it('sends shops in the United States to one portal and all others to the other', () => {
    expect(markets.filter(({ region }) => region === 'us').map(({ code }) => code)).toEqual(['US']);
    const row = markets.filter(({ region }) => region === 'row').map(({ code }) => code);
    const seen = 'AT BE BR DE ES FR GB ID IE IT JP MX MY NL PH PL SG TH VN'.split(' ');
    expect(row.filter((code) => code !== 'OTHER').sort()).toEqual(seen);
  });

  it('starts with the US and the UK, followed by the other countries in the order of their English names', () => {
    const names = markets.map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual(['United States', 'United Kingdom', 'Austria', 'Belgium']);
    expect(names.slice(-3)).toEqual(['Thailand', 'Vietnam', 'Another country']);
    expect(names.slice(2, -1).sort()).toEqual(names.slice(2, -1));
  });

  it('ends with “another country”, because the list is never complete', () => {
    expect(markets.at(-1)).toEqual({ code: 'OTHER', name: 'Another country', region: 'row' });
  });
});
