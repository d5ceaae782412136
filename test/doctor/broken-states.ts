import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DoctorOptions } from '../../src/commands/doctor.ts';
import { Secret } from '../../src/ground/secret.ts';
import type { Scenario } from '../simulator/scenarios.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { serve } from '../network/servers.ts';
import { isAboutProfile } from '../../src/doctor/check.ts';
import { checks } from '../../src/doctor/checks.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { connectedHome, home, leaveLock, ottokit, type Home, type World } from './examined.ts';
import { noModes, onWindows } from '../tools/systems.ts';

export interface Arrangement {
  readonly place: Home;
  readonly options?: Partial<DoctorOptions>;
  readonly world?: Partial<World>;
}

/** A problem, and doctor's expected report. */
export interface BrokenState {
  readonly name: string;
  readonly arrange: () => Promise<Arrangement>;
  /** Why it can't be set up on this system. */
  readonly impossible?: string | undefined;
  /** Every check that doesn't pass. */
  readonly verdicts: Readonly<Record<string, 'warn' | 'fail' | 'skip'>>;
  /** What one check's detail and fix contain. */
  readonly says: readonly [id: string, detail: RegExp, fix: RegExp];
}

/** Connects a shop, then lets something happen to it. */
const connected = (happen: (place: Home) => Promise<unknown>) => async (): Promise<Arrangement> => {
  const place = await connectedHome();
  await happen(place);
  return { place };
};

/** Connects a shop, and changes what doctor runs in. */
const inWorld = (world: Partial<World>) => async (): Promise<Arrangement> => ({ place: await connectedHome(), world });

const inEnv = (env: World['env']) => inWorld({ env });

const changed = (change: (profile: Profile) => Profile) => connected((place) => place.change(change));

const scenario = (name: Scenario) =>
  connected((place) => {
    place.simulator.setScenario(name);
    return Promise.resolve();
  });

const withApp =
  (app: Partial<Profile['app']>) =>
  (profile: Profile): Profile => ({ ...profile, app: { ...profile.app, ...app } });

const onProfile: Record<string, 'skip'> = Object.fromEntries(
  checks.filter(isAboutProfile).map(({ id }) => [id, 'skip']),
);

export const brokenStates: readonly BrokenState[] = [
  {
    name: 'a configuration directory that is a file',
    arrange: async () => {
      const place = await home();
      await writeFile(join(place.directory, 'config'), 'not a directory');
      return { place };
    },
    verdicts: { store: 'fail', permissions: 'skip', key: 'skip', ...onProfile },
    says: ['store', /couldn’t be read/, /OTTOKIT_TIKTOK_CONFIG_DIR/],
  },
  {
    name: 'a directory in place of the store',
    arrange: async () => {
      const place = await home();
      await mkdir(place.storePath, { recursive: true, mode: 0o700 });
      return { place };
    },
    verdicts: { store: 'fail', key: 'skip', permissions: 'skip', ...onProfile },
    says: ['store', /it is a directory/, /OTTOKIT_TIKTOK_CONFIG_DIR/],
  },
  {
    name: 'a damaged store',
    arrange: connected(async ({ storePath }) => {
      await writeFile(storePath, 'garbage');
    }),
    verdicts: { store: 'fail', key: 'skip', ...onProfile },
    says: ['store', /damaged/, /Put an intact copy back/],
  },
  {
    name: 'a missing passphrase',
    arrange: locked({}),
    verdicts: { store: 'skip', key: 'fail', ...onProfile },
    says: ['key', /needs a passphrase/, /OTTOKIT_TIKTOK_PASSPHRASE/],
  },
  {
    name: 'a wrong passphrase',
    arrange: locked({ OTTOKIT_TIKTOK_PASSPHRASE: 'not the right one' }),
    verdicts: { store: 'skip', key: 'fail', ...onProfile },
    says: ['key', /doesn’t open the store/, /OTTOKIT_TIKTOK_PASSPHRASE/],
  },
  {
    name: 'a missing key file',
    arrange: connected(async ({ directory }) => {
      await rm(join(directory, 'data', 'keys'), { recursive: true });
    }),
    verdicts: { store: 'skip', key: 'fail', ...onProfile },
    says: ['key', /key file .* couldn’t be read/, /from a backup/],
  },
  {
    name: 'a key file that other users can read',
    impossible: onWindows ? noModes : undefined,
    arrange: connected(async ({ directory }) => {
      const keys = join(directory, 'data', 'keys');
      const [name = ''] = await readdir(keys);
      await chmod(join(keys, name), 0o644);
    }),
    verdicts: { permissions: 'fail' },
    says: ['permissions', /other users can access .*\.key \(mode 0644\)/, /doctor --fix/],
  },
  {
    name: 'a directory in which other users can replace the store',
    impossible: onWindows ? noModes : undefined,
    arrange: connected(async ({ storePath }) => {
      await chmod(dirname(storePath), 0o777);
    }),
    verdicts: { permissions: 'fail' },
    says: ['permissions', /\(mode 0777\)/, /doctor --fix/],
  },
  {
    name: 'a directory that other users can list',
    impossible: onWindows ? noModes : undefined,
    arrange: connected(async ({ storePath }) => {
      await chmod(dirname(storePath), 0o755);
    }),
    verdicts: { permissions: 'warn' },
    says: ['permissions', /can access .* \(mode 0755\), but not open/, /doctor --fix/],
  },
  {
    name: 'a lock left by a dead process',
    arrange: connected(async (place) => {
      await leaveLock(place);
    }),
    verdicts: { permissions: 'warn' },
    says: ['permissions', /which ended, left its lock/, /doctor --fix/],
  },
  {
    name: 'the App Key in the Service ID field',
    arrange: connected(async (place) => {
      await place.change(withApp({ serviceId: place.simulator.app.appKey }));
    }),
    verdicts: { credentials: 'fail' },
    says: ['credentials', /Service ID: This is your App Key/, /`ottokit-tiktok connect --service-id ID`/],
  },
  {
    name: 'an App Secret that isn’t 40 characters',
    arrange: changed(withApp({ appSecret: new Secret('Some-Thing-Else-0123456789') })),
    verdicts: { credentials: 'warn', token: 'fail', shops: 'skip' },
    says: ['credentials', /App Secret is usually 40 characters/, /`ottokit-tiktok connect --app-secret-stdin`/],
  },
  {
    name: 'a wrong App Secret of unusual length that the user confirmed',
    arrange: changed((profile) => ({
      ...withApp({ appSecret: new Secret('Some-Thing-Else-0123456789') })(profile),
      journal: { ...profile.journal, unusualAccepted: ['app-secret'] },
    })),
    verdicts: { token: 'fail', shops: 'skip' },
    says: ['token', /App Secret/, /connect/],
  },
  {
    name: "a slash after OttoKit's Redirect URL",
    arrange: changed(withApp({ redirectUrl: `${ottokit}/` })),
    verdicts: { redirect: 'fail' },
    says: ['redirect', /it ends with a slash/, /Partner Center/],
  },
  {
    name: "a slash after OttoKit's Redirect URL in the US portal, where the address of the app's page isn't confirmed",
    arrange: changed(withApp({ region: 'us', redirectUrl: `${ottokit}/` })),
    verdicts: { redirect: 'fail' },
    says: ['redirect', /it ends with a slash/, /your app \(https:\/\/partner\.us\.tiktokshop\.com\)/],
  },
  {
    name: "different letter case in OttoKit's Redirect URL",
    arrange: changed(withApp({ redirectUrl: 'https://api.ottokit.com/TikTok_Shop/connection' })),
    verdicts: { redirect: 'fail' },
    says: ['redirect', /differ in case/, /Partner Center/],
  },
  {
    name: "OttoKit's Redirect URL with http instead of https",
    arrange: changed(withApp({ redirectUrl: 'http://api.ottokit.com/tiktok_shop/connection' })),
    verdicts: { redirect: 'fail' },
    says: ['redirect', /http:\/\/ instead of https:\/\//, /`ottokit-tiktok connect --redirect-url https/],
  },
  {
    name: "a Redirect URL on this computer that must be set back to OttoKit's",
    arrange: async () => {
      const place = await home();
      await place.connect();
      return { place };
    },
    verdicts: { redirect: 'warn', ottokit: 'skip' },
    says: ['redirect', /was for connecting here/, /Set it to https:\/\/api\.ottokit\.com/],
  },
  {
    name: 'no network',
    arrange: inEnv({ OTTOKIT_TIKTOK_ORIGIN: 'http://127.0.0.1:1' }),
    verdicts: { network: 'fail', clock: 'skip', app: 'skip', token: 'skip', shops: 'skip' },
    says: ['network', /connection was refused \(ECONNREFUSED\)/, /Check that this computer is online/],
  },
  {
    name: "a certificate authority file that can't be read",
    arrange: inEnv({ NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }),
    verdicts: { network: 'warn' },
    says: ['network', /NODE_EXTRA_CA_CERTS can’t be read \(ENOENT\)/, /NODE_EXTRA_CA_CERTS/],
  },
  {
    name: 'a certificate authority file that isn’t PEM',
    arrange: inEnv({ NODE_EXTRA_CA_CERTS: import.meta.filename }),
    verdicts: { network: 'warn' },
    says: ['network', /NODE_EXTRA_CA_CERTS contains no certificate in PEM format/, /PEM/],
  },
  {
    name: 'a clock 10 minutes behind',
    arrange: scenario('clock-skew'),
    verdicts: { clock: 'fail', token: 'fail', shops: 'skip' },
    says: ['clock', /(9|10) minutes behind/, /automatic time/],
  },
  {
    name: 'a clock one minute ahead',
    arrange: inWorld({ clock: { ...makeClock(), now: () => Date.now() + 60_000 } }),
    verdicts: { clock: 'fail', token: 'fail', shops: 'skip' },
    says: ['clock', /(59 seconds|1 minute) ahead/, /automatic time/],
  },
  {
    name: 'a busy port that the Redirect URL needs',
    arrange: connected(async (place) => {
      const { origin } = await serve(() => undefined);
      await place.change(withApp({ redirectUrl: `${origin}/callback` }));
    }),
    verdicts: { port: 'fail', redirect: 'warn' },
    says: ['port', /in use by another program/, /--redirect-url/],
  },
  {
    name: 'no browser',
    impossible: process.platform === 'linux' ? undefined : 'only Linux can report a missing screen',
    arrange: inEnv({ BROWSER: undefined }),
    verdicts: { browser: 'warn' },
    says: ['browser', /no browser can be opened here/, /--capture paste/],
  },
  {
    name: 'Node.js 20, which is past its end of life',
    arrange: inWorld({ nodeVersion: '20.20.2' }),
    verdicts: { node: 'warn' },
    says: ['node', /has had no security fixes since 2026-04-30/, /nodejs\.org/],
  },
  {
    name: 'Node.js 22.12, which is too old',
    arrange: inWorld({ nodeVersion: '22.12.0' }),
    verdicts: { node: 'fail' },
    says: ['node', /isn’t supported/, /nodejs\.org/],
  },
  {
    name: 'a revoked authorization',
    arrange: scenario('revoked'),
    verdicts: { token: 'fail', shops: 'skip' },
    says: ['token', /revoked or replaced.*Request id: \w+/, /`ottokit-tiktok connect --reauthorize`/],
  },
  {
    name: 'an expired access token',
    arrange: scenario('expired-token'),
    verdicts: { token: 'fail', shops: 'skip' },
    says: ['token', /has expired/, /doctor --fix/],
  },
  {
    name: 'an expired access token of an authorization that has ended',
    arrange: connected(async (place) => {
      place.simulator.setScenario('expired-token');
      await place.change((profile) => ends(profile, { refresh: Date.now() - 1000 }));
    }),
    verdicts: { token: 'fail', shops: 'skip' },
    says: ['token', /can’t be refreshed/, /`ottokit-tiktok connect --reauthorize`/],
  },
  {
    name: 'an authorization that ends in 29 days',
    arrange: changed((profile) => ends(profile, { refresh: Date.now() + 29.5 * 86_400_000 })),
    verdicts: { token: 'warn' },
    says: ['token', /the authorization ends in 29 days/, /`ottokit-tiktok connect --reauthorize`/],
  },
  {
    name: "an App Key that TikTok Shop doesn't know",
    arrange: scenario('wrong-app-key'),
    verdicts: { app: 'warn', token: 'fail', shops: 'skip' },
    says: ['token', /App Key/, /App Key/],
  },
  {
    name: "another app's App Secret",
    arrange: scenario('wrong-secret'),
    verdicts: { token: 'fail', shops: 'skip' },
    says: ['token', /App Secret/, /App Secret/],
  },
  {
    name: "a scope that the seller didn't grant",
    arrange: changed((profile) => scopes(profile, { without: 'seller.order.info' })),
    verdicts: { scopes: 'fail' },
    says: ['scopes', /missing: 430276 Order Information/, /a token keeps its old scopes/],
  },
  {
    name: 'a scope that TikTok is still reviewing',
    arrange: changed((profile) => scopes(profile, { without: 'seller.order.info', pending: '430276' })),
    verdicts: { scopes: 'warn' },
    says: ['scopes', /pending review: 430276/, /connect --reauthorize/],
  },
  {
    name: 'an authorization without a shop',
    arrange: scenario('empty-shops'),
    verdicts: { shops: 'fail' },
    says: ['shops', /lists no shop/, /sign in with the account that owns the shop/],
  },
  {
    name: 'an IP allowlist without this computer',
    arrange: scenario('ip-not-allowed'),
    verdicts: { app: 'warn', token: 'fail', shops: 'skip' },
    says: ['token', /IP allow list/, /IP/],
  },
  {
    name: 'a rate limit',
    arrange: scenario('rate-limit'),
    verdicts: { token: 'fail', shops: 'skip' },
    says: ['token', /too many requests/, /Wait 30 seconds/],
  },
  {
    name: 'an internal error of TikTok Shop',
    arrange: scenario('vendor-error'),
    verdicts: { token: 'fail', shops: 'skip' },
    says: ['token', /has an internal error/, /Wait a few minutes/],
  },
  {
    name: 'a gateway that answers instead of TikTok Shop',
    arrange: scenario('bad-gateway'),
    verdicts: { app: 'fail', token: 'fail', shops: 'skip' },
    says: ['app', /answered 502 with a web page/, /Wait a few minutes/],
  },
  {
    name: 'a TikTok Shop that cuts off every connection',
    arrange: scenario('down'),
    verdicts: { app: 'fail', token: 'fail', shops: 'skip' },
    says: ['token', /the connection was lost/, /this computer is online/],
  },
  {
    name: 'a shop that the user reported as not connected to OttoKit',
    arrange: changed((profile) => ({ ...profile, ottokit: { connected: false, confirmedAt: Date.now() } })),
    verdicts: { ottokit: 'fail' },
    says: ['ottokit', /not connected \(you reported this on 20\d\d-\d\d-\d\d\)/, /`ottokit-tiktok connect`/],
  },
  {
    name: 'unverified certificates',
    arrange: inEnv({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    verdicts: { network: 'fail' },
    says: ['network', /NODE_TLS_REJECT_UNAUTHORIZED=0 turns off/, /Unset NODE_TLS_REJECT_UNAUTHORIZED/],
  },
  {
    name: 'many problems at once',
    arrange: async () => {
      const place = await connectedHome();
      await leaveLock(place);
      await chmod(dirname(place.storePath), 0o777);
      await writeFile(place.storePath, 'garbage');
      const env = { OTTOKIT_TIKTOK_ORIGIN: 'http://127.0.0.1:1', BROWSER: undefined, NODE_EXTRA_CA_CERTS: '/nowhere' };
      return {
        place,
        world: { env, nodeVersion: '18.20.0', clock: { ...makeClock(), now: () => Date.now() - 600_000 } },
      };
    },
    verdicts: {
      node: 'fail',
      store: 'fail',
      permissions: onWindows ? 'warn' : 'fail',
      key: 'skip',
      ...onProfile,
      network: 'fail',
      clock: 'skip',
      ...(process.platform === 'linux' ? { browser: 'warn' as const } : {}),
    },
    says: ['network', /refused/, /online/],
  },
];

function locked(env: World['env']): () => Promise<Arrangement> {
  return async () => {
    const place = await home();
    await place.change((profile) => ({ ...profile, updatedAt: 2 }), 'correct horse battery');
    return { place, world: { env } };
  };
}

function ends(profile: Profile, { refresh }: { refresh: number }): Profile {
  if (profile.tokens === undefined) throw new Error('not connected');
  return { ...profile, tokens: { ...profile.tokens, refreshTokenExpiresAt: refresh } };
}

function scopes(profile: Profile, { without, pending }: { without: string; pending?: string }): Profile {
  if (profile.tokens === undefined) throw new Error('not connected');
  const grantedScopes = (profile.tokens.grantedScopes ?? []).filter((key) => key !== without);
  const pendingScopes = pending === undefined ? [] : [pending];
  return { ...profile, tokens: { ...profile.tokens, grantedScopes }, journal: { ...profile.journal, pendingScopes } };
}
