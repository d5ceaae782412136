import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import type { StoreSettings } from '../../src/store/store.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(() => undefined),
};

export function ioIn(root: string, env: Record<string, string> = {}): StoreSettings['io'] {
  return {
    clock: realClock,
    env,
    configDirectory: () => join(root, 'config'),
    dataDirectory: () => join(root, 'data'),
    signal: new AbortController().signal,
  };
}

/** A profile with a value in every field. */
export function connected(name: string, more: Partial<Profile> = {}): Profile {
  return {
    name,
    app: {
      region: 'row',
      country: 'GB',
      redirectUrl: 'http://127.0.0.1:8717/callback',
      appKey: '6abcdefghijkl',
      appSecret: new Secret('0123456789abcdef0123456789abcdef01234567'),
      serviceId: '7123456789012345678',
    },
    journal: {
      done: { portal: 1, app: 2, scopes: 3, credentials: 4, authorize: 5, verify: 6, finish: 7 },
      waitingForApproval: false,
      pendingScopes: ['430276'],
      unusualAccepted: ['app-key'],
      redirectSetBack: 'http://localhost:8717/callback',
    },
    tokens: {
      accessToken: new Secret(`ROW_access-${name}`),
      accessTokenExpiresAt: 1_800_000_000_000,
      refreshToken: new Secret(`ROW_refresh-${name}`),
      refreshTokenExpiresAt: null,
      sellerName: 'Tea & Söhne ☕',
      sellerBaseRegion: 'GB',
      userType: 0,
      grantedScopes: ['seller.order.info'],
      obtainedAt: 1_700_000_000_000,
    },
    shops: [{ id: '7000', name: 'Teapot', region: 'GB', sellerType: 'CROSS_BORDER', cipher: new Secret('ROW_cipher') }],
    ottokit: { connected: true, confirmedAt: 7 },
    pendingReplacement: { app: { appSecret: new Secret('another-app-secret') }, journal: { done: {} } },
    createdAt: 10,
    updatedAt: 20,
    ...more,
  };
}
