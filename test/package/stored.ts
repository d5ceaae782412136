import { openStore } from '../../src/store/open-store.ts';
import { Secret } from '../../src/ground/secret.ts';

export const passphrase = 'of the stored connection';

/** Creates a store with one connection, `default`, whose access token is fresh. */
export async function storeOneConnection(configDirectory: string): Promise<void> {
  const now = Date.now();
  const store = await openStore({
    io: {
      clock: { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() },
      env: { OTTOKIT_TIKTOK_PASSPHRASE: passphrase },
      configDirectory: () => configDirectory,
      dataDirectory: () => `${configDirectory}-data`,
      signal: new AbortController().signal,
    },
    keychain: null,
  });
  await store.change('default', () => ({
    name: 'default',
    app: { region: 'row', redirectUrl: 'http://127.0.0.1:8717/callback', appKey: '6aaaaaaaaaaaa' },
    journal: { done: { portal: now, authorize: now, verify: now, finish: now } },
    tokens: {
      accessToken: new Secret('ROW_access'),
      accessTokenExpiresAt: now + 6 * 86_400_000,
      refreshToken: new Secret('ROW_refresh'),
      refreshTokenExpiresAt: null,
      grantedScopes: ['seller.order.info'],
      obtainedAt: now,
    },
    shops: [{ id: '7495', name: 'A shop', region: 'GB', sellerType: 'CROSS_BORDER', cipher: new Secret('cipher') }],
    createdAt: now,
    updatedAt: now,
  }));
}
