import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/ground/secret.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { StoreSettings } from '../../src/store/store.ts';
import { realClock } from '../store/child-setting.ts';

const day = 86_400_000;

/** The environment of a user who has only a home directory. */
export interface UserEnv extends Readonly<Record<string, string>> {
  readonly HOME: string;
  readonly XDG_DATA_HOME: string;
  readonly OTTOKIT_TIKTOK_CONFIG_DIR: string;
}

/**
 * Returns the environments of three users: without a store, with one profile, and with `many`. The access tokens are
 * fresh, and the data keys are in key files, so that this machine's keychain isn't used.
 */
export async function makeStores(place: string, { many = 500 } = {}) {
  const filled = async (name: string, count: number): Promise<UserEnv> => {
    const env = environment(place, name);
    const store = await openStore({ io: ioOf(env), keychain: null });
    for (let number = 0; number < count; number += 1) {
      const profile = profileOf(number);
      await store.change(profile.name, () => profile);
    }
    return env;
  };
  return { none: environment(place, 'none'), one: await filled('one', 1), many: await filled('many', many) };
}

export function environment(place: string, name: string): UserEnv {
  const home = join(place, 'homes', name);
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    XDG_DATA_HOME: join(home, 'data'),
    OTTOKIT_TIKTOK_CONFIG_DIR: join(home, 'config'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'no-bus')}`,
  };
}

export const ioOf = (env: UserEnv): StoreSettings['io'] => ({
  clock: realClock,
  env,
  configDirectory: () => env.OTTOKIT_TIKTOK_CONFIG_DIR,
  dataDirectory: () => dataDirectoryOf(env),
  signal: new AbortController().signal,
});

/** Where the program looks for key files on macOS and Linux. */
function dataDirectoryOf({ HOME, XDG_DATA_HOME }: UserEnv): string {
  if (process.platform === 'darwin') return join(HOME, 'Library/Application Support/ottokit-tiktok');
  return join(XDG_DATA_HOME, 'ottokit-tiktok');
}

/** Returns a connected profile of a realistic size. */
export function profileOf(number: number): Profile {
  const now = Date.now();
  const token = (letter: string): Secret => new Secret(`ROW_${letter.repeat(150)}`);
  return {
    name: number === 0 ? 'default' : `shop-${String(number)}`,
    app: {
      region: 'row',
      redirectUrl: 'http://127.0.0.1:8717/callback',
      appKey: '6aaaaaaaaaaaa',
      appSecret: new Secret('b'.repeat(40)),
      serviceId: '7412345678901234567',
    },
    journal: {
      done: { portal: now, app: now, scopes: now, credentials: now, authorize: now, verify: now, finish: now },
    },
    tokens: {
      accessToken: token('c'),
      accessTokenExpiresAt: now + 6 * day,
      refreshToken: token('d'),
      refreshTokenExpiresAt: now + 360 * day,
      sellerName: 'A seller',
      sellerBaseRegion: 'GB',
      userType: 0,
      grantedScopes: ['seller.order.info', 'seller.product.basic', 'seller.fulfillment.basic'],
      obtainedAt: now,
    },
    shops: [
      { id: '7495123456789012345', name: 'A shop', region: 'GB', sellerType: 'CROSS_BORDER', cipher: token('f') },
    ],
    createdAt: now,
    updatedAt: now,
  };
}
