import { describe, expect, test } from 'vitest';
import { defined } from '../../src/ground/defined.ts';
import { neededScopes, scopeInWords, shopListScope } from '../../src/scopes/catalog.ts';
import { compareScopes, scopeIds } from '../../src/scopes/compare.ts';

const guideOrder = neededScopes.map(({ id }) => id);
const keys = neededScopes.map(({ key }) => key);

describe('the catalog', () => {
  test('has the scopes of OttoKit’s guide in its order, each with its key', () => {
    expect(guideOrder).toEqual(['430276', '430148', '431492', '430340', '431876', '434884', '435012']);
    expect(keys).toEqual([
      'seller.order.info',
      'seller.product.basic',
      'seller.product.write',
      'seller.fulfillment.basic',
      'seller.delivery.status.write',
      'seller.promotion.info',
      'seller.promotion.write',
    ]);
    expect(neededScopes.map(scopeInWords)[4]).toBe('431876 Update Delivery Status');
  });

  test('lists the optional scope for listing shops separately', () => {
    expect(shopListScope).toMatchObject({ id: '431812', key: 'seller.authorization.info' });
    expect(guideOrder).not.toContain(shopListScope.id);
  });
});

describe('comparing with the scopes of a token', () => {
  const idsFor = (granted?: readonly string[], pendingScopes: readonly string[] = []) =>
    scopeIds(compareScopes({ tokens: defined({ grantedScopes: granted }), journal: { pendingScopes } }));

  test('each scope is in exactly one list', () => {
    for (const granted of [undefined, [], ['seller.order.info'], keys]) {
      for (const pending of [[], ['430276'], guideOrder]) {
        const ids = idsFor(granted, pending);
        expect([...ids.granted, ...ids.missing, ...ids.pending, ...ids.unknown].sort()).toEqual([...guideOrder].sort());
      }
    }
  });

  test('a scope whose key the token has is granted, and any other is missing', () => {
    expect(idsFor(keys)).toEqual({ granted: guideOrder, missing: [], pending: [], unknown: [] });
    expect(idsFor(keys.slice(0, 5))).toEqual({
      granted: guideOrder.slice(0, 5),
      missing: guideOrder.slice(5),
      pending: [],
      unknown: [],
    });
  });

  test('a scope that the user left unticked is pending review unless the token has it', () => {
    expect(idsFor(keys.slice(0, 5), ['430276', '434884'])).toEqual({
      granted: guideOrder.slice(0, 5),
      missing: guideOrder.slice(6),
      pending: ['434884'],
      unknown: [],
    });
  });

  test('without `granted_scopes`, no scope counts as missing', () => {
    expect(idsFor()).toEqual({ granted: [], missing: [], pending: [], unknown: guideOrder });
  });

  test.each(['Seller.order.info', 'seller.order.info ', 'seller.order', 'serller.order.info'])(
    'the key %j isn’t mistaken for seller.order.info',
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
  [keys, keys.length],
])('with the token’s scope keys %j, %i of the needed scopes are granted', (granted, count) => {
  expect(scopeIds(compareScopes({ tokens: defined({ grantedScopes: granted }) })).granted).toHaveLength(count);
});
