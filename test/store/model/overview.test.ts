import { expect, test } from 'vitest';
import { overviewOf } from '../../../src/store/model/overview.ts';
import type { Profile } from '../../../src/store/model/profile.ts';
import { connected } from '../child-setting.ts';

const begun: Profile = { name: 'a', app: {}, journal: { done: {} }, shops: [], createdAt: 1, updatedAt: 1 };

test('an overview holds what a list tells of a profile, and nothing secret', () => {
  expect(overviewOf(connected('a'))).toEqual({
    name: 'a',
    state: 'connected',
    region: 'row',
    accessTokenExpiresAt: 1_800_000_000_000,
    refreshTokenExpiresAt: null,
    grantedScopes: ['seller.order.info'],
    shops: [{ id: '7000', name: 'Teapot', region: 'GB' }],
  });
});

test('what is not known of a profile is null', () => {
  expect(overviewOf(begun)).toEqual({
    name: 'a',
    state: 'connecting',
    region: null,
    accessTokenExpiresAt: null,
    refreshTokenExpiresAt: null,
    grantedScopes: null,
    shops: [],
  });
  expect(overviewOf({ ...begun, journal: { done: {}, waitingForApproval: true } }).state).toBe('waiting for approval');
  const { grantedScopes: _, ...tokens } = connected('a').tokens ?? expect.unreachable();
  expect(overviewOf({ ...begun, tokens }).grantedScopes).toBeNull();
});
