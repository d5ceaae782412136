import { describe, expect, test } from 'vitest';
import { neededScopes, scopeInWords, shopListScope } from '../../src/scopes/catalog.ts';
import { compareScopes, countGranted, scopeIds } from '../../src/scopes/compare.ts';

const guideOrder = ['430276', '430148', '431492', '430340', '431876', '434884', '435012'];
const knownKeys = ['seller.order.info', 'seller.product.basic', 'seller.product.write', 'seller.fulfillment.basic'];

describe('the catalog', () => {
  test('holds the seven IDs of OttoKit’s guide, in its order', () => {
    expect(neededScopes.map(({ id }) => id)).toEqual(guideOrder);
  });

  test('names the other four as Manage API does, and says how sure that is', () => {
    const named = neededScopes.filter(({ name }) => name !== undefined);
    expect(named.map(({ name, key, certainty }) => [name, key, certainty])).toEqual([
      ['Order Information', 'seller.order.info', 'documented'],
      ['Product Basic', 'seller.product.basic', 'documented'],
      ['Product Modify', 'seller.product.write', 'by name'],
      ['Fulfillment Basic', 'seller.fulfillment.basic', 'documented'],
    ]);
    expect(named.map(({ note }) => note)).toEqual([
      expect.stringMatching(/off by default.*review/),
      undefined,
      undefined,
      undefined,
    ]);
    expect(named.map(scopeInWords)[0]).toBe('430276 Order Information');
  });

  test('has the scope that lists shops beside the seven, not among them', () => {
    expect(shopListScope).toEqual({
      id: '431812',
      name: 'Shop Authorized Information',
      key: 'seller.authorization.info',
      certainty: 'by name',
    });
    expect(guideOrder).not.toContain(shopListScope.id);
  });

  test('gives no name and no key to the three whose names are not published', () => {
    const unpublished = neededScopes.filter(({ certainty }) => certainty === 'not published');
    expect(unpublished.map(({ id }) => id)).toEqual(['431876', '434884', '435012']);
    for (const scope of unpublished) {
      expect(scope.name).toBeUndefined();
      expect(scope.key).toBeUndefined();
      expect(scopeInWords(scope)).toContain('name not published: search this ID in Manage API');
    }
  });
});

describe('comparing with the scopes of a token', () => {
  const idsFor = (granted: readonly string[] | undefined, pending: readonly string[] = []) =>
    scopeIds(compareScopes(granted, pending));

  test('each of the seven is in exactly one list', () => {
    for (const granted of [undefined, [], ['seller.order.info'], knownKeys]) {
      for (const pending of [[], ['430276'], guideOrder]) {
        const ids = idsFor(granted, pending);
        expect([...ids.granted, ...ids.missing, ...ids.pending, ...ids.unknown].sort()).toEqual([...guideOrder].sort());
      }
    }
  });

  test('a known key that is there is granted, one that is not is missing, an unpublished one cannot be told', () => {
    expect(idsFor(['seller.order.info', 'seller.product.basic'])).toEqual({
      granted: ['430276', '430148'],
      missing: ['431492', '430340'],
      pending: [],
      unknown: ['431876', '434884', '435012'],
    });
  });

  test('what was left unticked is pending review, unless the token has it all the same', () => {
    expect(idsFor(['seller.order.info'], ['430276', '430148', '431876'])).toEqual({
      granted: ['430276'],
      missing: ['431492', '430340'],
      pending: ['430148', '431876'],
      unknown: ['434884', '435012'],
    });
  });

  test('without `granted_scopes` nothing is called missing', () => {
    expect(idsFor(undefined)).toEqual({ granted: [], missing: [], pending: [], unknown: guideOrder });
  });

  test.each(['Seller.order.info', 'seller.order.info ', 'seller.order', 'serller.order.info'])(
    'the key %j is not taken for seller.order.info',
    (key) => {
      expect(idsFor([key]).granted).toEqual([]);
    },
  );
});

test.each([
  [undefined, 0],
  [[], 0],
  [['seller.order.info'], 1],
  [['seller.order.info', 'seller.order.info', 'something.else', ''], 1],
  [knownKeys, 4],
])('of the token’s keys %j surely %i of the seven are granted', (granted, count) => {
  expect(countGranted(granted)).toBe(count);
  expect(scopeIds(compareScopes(granted, [])).granted).toHaveLength(count);
});
