import { unlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { freshToken } from '../../src/connection/fresh-token.ts';
import { revokeShops } from '../../src/connection/revoke.ts';
import { fail, isFailure } from '../../src/ground/errors.ts';
import type { HttpAnswer, HttpRequest } from '../../src/ground/io.ts';
import { makeHttp } from '../../src/network/http.ts';
import { Secret } from '../../src/ground/secret.ts';
import type { Store } from '../../src/store/store.ts';
import { hostsOf } from '../../src/tiktok/portals.ts';
import { connectedWorld, realClock, type WizardWorld } from '../wizard/world.ts';

const { http } = makeHttp({ env: {}, userAgent: 'ottokit-tiktok-test' });

async function storeOfConnected(options: Parameters<typeof connectedWorld>[0] = {}) {
  const world = await connectedWorld(options);
  return { world, store: await world.openStore(), hosts: () => hostsOf('row', world.simulator.origin) };
}

/** An `Io` whose clock is this many milliseconds ahead and doesn't wait. */
function ioAt(ahead: number) {
  return {
    http,
    clock: { ...realClock, now: () => Date.now() + ahead, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
  };
}

const refreshes = ({ simulator }: WizardWorld): number =>
  simulator.requests.filter(({ path }) => path === '/api/v2/token/refresh').length;

const day = 86_400_000;

describe('the access token', () => {
  test('is the stored one while it is valid for long enough', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const fresh = await freshToken({ io: ioAt(0), store, hosts }, 'default');
    expect(fresh).toMatchObject({ ok: true, refreshed: false });
    expect(refreshes(world)).toBe(0);
  });

  test('is refreshed only once, even if another process takes over the lock and changes the profile', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const io = ioAt(0);
    const interrupted = async (request: HttpRequest): Promise<HttpAnswer> => {
      const answer = await http(request);
      if (refreshes(world) > 1) return answer;
      await unlink(`${store.location}.lock`);
      await (await world.openStore()).change('default', (current) => current && { ...current, updatedAt: 7 });
      return answer;
    };

    const fresh = await freshToken({ io: { ...io, http: interrupted }, store, hosts }, 'default', {
      minValidity: Infinity,
    });

    expect(fresh).toMatchObject({ ok: true, refreshed: true });
    expect(refreshes(world)).toBe(1);
    const kept = await store.profile('default');
    expect(kept?.tokens?.refreshToken.reveal()).toBe(world.simulator.issued.refreshTokens.at(-1));
    expect(kept?.updatedAt).toBe(7);
  });

  test('is refreshed within its last ten minutes, and the new tokens are kept', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const fresh = await freshToken({ io: ioAt(7 * day - 9 * 60_000), store, hosts }, 'default');
    expect(fresh).toMatchObject({ ok: true, refreshed: true });
    const kept = (await store.profile('default'))?.tokens;
    expect(kept?.accessToken.reveal()).toBe(world.simulator.issued.accessTokens[1]);
    expect(kept?.refreshToken.reveal()).toBe(world.simulator.issued.refreshTokens.at(-1));
    expect(kept?.grantedScopes).toContain('seller.order.info');
  });

  test('is refreshed once if two callers ask for it at the same time', async () => {
    let ahead = 0;
    const { world, hosts } = await storeOfConnected({ now: () => Date.now() + ahead });
    ahead = 7 * day;
    const [one, other] = await Promise.all([
      freshToken({ io: ioAt(ahead), store: await world.openStore(), hosts }, 'default'),
      freshToken({ io: ioAt(ahead), store: await world.openStore(), hosts }, 'default'),
    ]);
    expect(one.ok && other.ok).toBe(true);
    expect(refreshes(world)).toBe(1);
  });

  test('that can’t be refreshed leaves the stored tokens unchanged', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const before = (await store.profile('default'))?.tokens?.refreshToken.reveal();
    world.simulator.revoke();
    const fresh = await freshToken({ io: ioAt(8 * day), store, hosts }, 'default');
    expect(fresh).toMatchObject({ ok: false, failure: { code: 'refresh-token-unknown' } });
    expect((await store.profile('default'))?.tokens?.refreshToken.reveal()).toBe(before);
  });

  test('that is missing in a response leaves the stored one, but the new refresh token is kept', async () => {
    const { store, hosts } = await storeOfConnected();
    const before = (await store.profile('default'))?.tokens;
    const body = JSON.stringify({ code: 0, message: 'success', data: { refresh_token: 'ROW_rotated' } });
    const answered: HttpAnswer = { answered: true, status: 200, headers: {}, body };
    const io = { ...ioAt(8 * day), http: () => Promise.resolve(answered) };

    const fresh = await freshToken({ io, store, hosts }, 'default');

    expect(fresh).toMatchObject({ ok: false, failure: { code: 'answer-unreadable' } });
    const kept = (await store.profile('default'))?.tokens;
    expect(kept).toEqual({ ...before, refreshToken: new Secret('ROW_rotated') });
    expect(kept?.refreshToken.reveal()).toBe('ROW_rotated');
    expect(kept?.accessToken.reveal()).toBe(before?.accessToken.reveal());
  });

  test('isn’t refreshed if the new tokens couldn’t be stored, because the old refresh token may no longer work', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const full = fail('store-unwritable', { path: store.location, detail: 'ENOSPC' });
    const change: Store['change'] = async (name, change) =>
      await change(await store.profile(name), () => Promise.reject(full));
    const unwritable = Object.assign(Object.create(store) as Store, { change });
    const fresh = await freshToken({ io: ioAt(8 * day), store: unwritable, hosts }, 'default');
    expect(fresh).toMatchObject({ ok: false, failure: { code: 'store-unwritable' } });
    expect(refreshes(world)).toBe(0);
  });

  test('that was issued but couldn’t be stored causes an error that says so', async () => {
    const { store, hosts } = await storeOfConnected();
    const full: Store = {
      ...store,
      location: store.location,
      keySource: 'key-file',
      profile: (name) => store.profile(name),
      profiles: () => store.profiles(),
      change: async (name, change) => {
        await change(await store.profile(name), () => Promise.resolve());
        throw fail('store-unwritable', { path: store.location, detail: 'ENOSPC' });
      },
    };
    const fresh = await freshToken({ io: ioAt(8 * day), store: full, hosts }, 'default');
    expect(fresh).toMatchObject({ ok: false, failure: { code: 'tokens-not-stored' } });
  });

  test('is refreshed after a wait if TikTok Shop asks for one, and the lock is free during the wait', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const waits: number[] = [];
    const slowDown: HttpAnswer = { answered: true, status: 429, headers: { 'retry-after': '7' }, body: '' };
    const io = {
      ...ioAt(8 * day),
      http: (request: HttpRequest) =>
        request.url.includes('/token/refresh') && waits.length === 0 ? Promise.resolve(slowDown) : http(request),
      clock: {
        ...realClock,
        now: () => Date.now() + 8 * day,
        sleep: async (ms: number) => {
          waits.push(ms);
          // Another process takes the lock during the wait.
          await (await world.openStore()).change('default', (profile) => profile);
        },
      },
    };
    expect(await freshToken({ io, store, hosts }, 'default')).toMatchObject({ ok: true, refreshed: true });
    expect(waits).toEqual([7_000]);
    expect(refreshes(world)).toBe(1);
  });

  test('is stored even if Ctrl-C is pressed during the refresh', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const leaving = new AbortController();
    const io = {
      ...ioAt(8 * day),
      clock: { ...realClock, now: () => Date.now() + 8 * day, sleep: () => new Promise<void>(() => undefined) },
      signal: leaving.signal,
      http: (request: Parameters<typeof http>[0]) => {
        const answer = http(request);
        leaving.abort(new Error('Ctrl-C'));
        return answer;
      },
    };
    await expect(freshToken({ io, store, hosts }, 'default')).rejects.toThrow('Ctrl-C');
    expect(world.simulator.issued.refreshTokens).toHaveLength(2);
    const kept = (await store.profile('default'))?.tokens?.refreshToken.reveal();
    expect(kept).toBe(world.simulator.issued.refreshTokens[1]);
  });

  test('is read again from the store if another process has replaced the refresh token', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const other = await world.openStore();
    const unknown: HttpAnswer = {
      answered: true,
      status: 200,
      headers: {},
      body: JSON.stringify({ code: 36004005, message: 'can not find related auth record' }),
    };
    const winner = { accessToken: new Secret('ROW_winner'), refreshToken: new Secret('ROW_winner-refresh') };
    // Another machine changes this store during the refresh; this machine's lock doesn't prevent that.
    const shared: Store = Object.assign(Object.create(store) as Store, {
      change: async (name: string, change: Parameters<Store['change']>[1]) => {
        return await change(await shared.profile(name), () => Promise.resolve());
      },
      profile: async (name: string) => {
        const profile = await other.profile(name);
        if (profile?.tokens === undefined || asked === 0) return profile;
        const accessTokenExpiresAt = Date.now() + 15 * day;
        return { ...profile, tokens: { ...profile.tokens, ...winner, accessTokenExpiresAt } };
      },
    });
    let asked = 0;
    const io = {
      ...ioAt(8 * day),
      http: () => {
        asked += 1;
        return Promise.resolve(unknown);
      },
    };
    const fresh = await freshToken({ io, store: shared, hosts }, 'default');
    expect(fresh).toMatchObject({ ok: true, refreshed: false });
    expect(fresh.ok && fresh.tokens.accessToken.reveal()).toBe('ROW_winner');
    expect(asked).toBe(1);
  });

  test('without an expiry counts as fresh for seven days, the usual lifetime', async () => {
    const { world, store, hosts } = await storeOfConnected();
    await store.change('default', (profile) => {
      if (profile?.tokens === undefined) return profile;
      return { ...profile, tokens: { ...profile.tokens, accessTokenExpiresAt: null } };
    });
    expect(await freshToken({ io: ioAt(6 * day), store, hosts }, 'default')).toMatchObject({
      ok: true,
      refreshed: false,
    });
    expect(refreshes(world)).toBe(0);
    expect(await freshToken({ io: ioAt(7 * day), store, hosts }, 'default')).toMatchObject({
      ok: true,
      refreshed: true,
    });
  });

  test('of an unknown profile causes an error that names the known profiles', async () => {
    const { store, hosts } = await storeOfConnected();
    const fresh = await freshToken({ io: ioAt(0), store, hosts }, 'other');
    expect(fresh.ok).toBe(false);
    expect(!fresh.ok && isFailure(fresh.failure) && fresh.failure.message).toContain('default');
  });
});

describe('revoking', () => {
  test('deauthorizes every shop at TikTok Shop', async () => {
    const { world, store, hosts } = await storeOfConnected();
    const revocation = await revokeShops({ io: ioAt(0), store, hosts }, 'default');
    expect(revocation.revocation).toBe('revoked');
    const calls = world.simulator.requests.filter(({ method }) => method === 'DELETE');
    expect(calls.map(({ path }) => path)).toEqual(['/authorization/202403/shops']);
    expect(world.simulator.unexpected).toEqual([]);
  });

  test('ends an authorization whose setup stopped before its shops were listed', async () => {
    const { world, store, hosts } = await storeOfConnected();
    await store.change('default', (profile) => profile && { ...profile, shops: [], journal: { done: {} } });
    const revocation = await revokeShops({ io: ioAt(0), store, hosts }, 'default');
    expect(revocation).toMatchObject({ revocation: 'revoked', shops: [{ id: world.simulator.shops[0]?.id }] });
    expect(world.simulator.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });

  test('with tokens that TikTok Shop no longer accepts reports that the authorization was already over', async () => {
    const { world, store, hosts } = await storeOfConnected();
    world.simulator.revoke();
    const revocation = await revokeShops({ io: ioAt(0), store, hosts }, 'default');
    expect(revocation).toMatchObject({ revocation: 'over already', shops: [{ overAlready: true }] });
  });

  test('with an expired access token that can’t be refreshed reports that the authorization was already over', async () => {
    const { world, store, hosts } = await storeOfConnected();
    world.simulator.revoke();
    const revocation = await revokeShops({ io: ioAt(8 * day), store, hosts }, 'default');
    expect(revocation.revocation).toBe('over already');
  });

  test('fails while TikTok Shop is down', async () => {
    const { world, store, hosts } = await storeOfConnected();
    world.simulator.setScenario('down');
    const revocation = await revokeShops({ io: ioAt(0), store, hosts }, 'default');
    expect(revocation).toMatchObject({ revocation: 'failed' });
  });
});
