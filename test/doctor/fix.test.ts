import { access, chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fail } from '../../src/ground/errors.ts';
import type { HttpRequest } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { connectedHome, home, hostsAt, leaveLock, unansweredRefresh, type Home } from './examined.ts';
import { noModes, onWindows } from '../tools/systems.ts';

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

const refreshes = ({ simulator }: Home): number =>
  simulator.requests.filter(({ path }) => path === '/api/v2/token/refresh').length;

/** The messages that report a fix or a warning. */
const fixes = (said: readonly string[]): readonly string[] => said.filter((line) => /^(done|warning):/.test(line));

/** Makes the store unwritable as soon as tokens are refreshed. */
function unwritable(place: Home, refreshed: () => void) {
  const { http, clock } = place.input(hostsAt(place.simulator.origin)).io;
  return {
    // Skips the pause before a write is tried again.
    clock: { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms === 1_000 ? 0 : ms, signal) },
    http: async (request: HttpRequest) => {
      const answer = await http(request);
      if (request.url.includes('/token/refresh')) {
        // No user can rename a file onto a directory.
        await rm(place.storePath);
        await mkdir(place.storePath);
        refreshed();
      }
      return answer;
    },
  };
}

describe('--fix', () => {
  test('makes the store, the key file and their directories private and says so', async ({ skip }) => {
    skip(onWindows, noModes);
    const place = await connectedHome();
    const keys = join(place.directory, 'data', 'keys');
    const keyFile = join(keys, (await readdir(keys))[0] ?? '');
    const paths = [place.storePath, dirname(place.storePath), keyFile, keys];
    for (const path of paths) await chmod(path, 0o777);
    const run = await place.examine({ fix: true });
    expect(run.check('permissions').status).toBe('pass');
    expect(await Promise.all(paths.map(modeOf))).toEqual(['700', '700', '700', '700']);
    expect(run.said.filter((line) => line.startsWith('done: Only you can open ~/'))).toHaveLength(4);
  });

  test('makes every key file private, even another store’s', async ({ skip }) => {
    skip(onWindows, noModes);
    const place = await connectedHome();
    const other = join(place.directory, 'data', 'keys', `${'0'.repeat(32)}.key`);
    await writeFile(other, 'a key', { mode: 0o644 });
    const run = await place.examine({ fix: true });
    expect(await modeOf(other)).toBe('600');
    expect(run.said.join()).toContain(`Only you can open ~/data/keys/${'0'.repeat(32)}.key now.`);
  });

  test('shows the home directory as ~ when it opens the store', async ({ skip }) => {
    skip(onWindows, noModes);
    const place = await connectedHome();
    await chmod(place.storePath, 0o644);
    const { said } = await place.examine({ fix: true, checks: ['token'] });
    expect(said.join()).toContain('~/config/connections');
    expect(said.join()).not.toContain(place.directory);
  });

  test('removes a dead process’s lock and leaves another computer’s alone', async () => {
    const place = await connectedHome();
    await leaveLock(place);
    const run = await place.examine({ fix: true });
    expect(run.check('permissions').status).toBe('pass');
    expect(run.said).toContain('done: The lock left by a process that has exited was removed.');
    await expect(access(`${place.storePath}.lock`)).rejects.toThrow('ENOENT');

    const held = JSON.stringify({ pid: 1, host: 'another computer', token: '0123456789abcdef' });
    await writeFile(`${place.storePath}.lock`, held);
    const again = await place.examine({ fix: true });
    expect(again.check('permissions').detail).toContain('another ottokit-tiktok is using it now');
    await access(`${place.storePath}.lock`);
  });

  test('reports a store with a damaged byte, and quarantines it', async () => {
    const place = await connectedHome();
    const damage = async (): Promise<void> => {
      const bytes = await readFile(place.storePath);
      await writeFile(
        place.storePath,
        bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
      );
    };
    const intact = await readFile(place.storePath);
    await damage();
    const run = await place.examine();
    expect(run.check('store')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('is damaged') as string,
    });
    expect(run.check('token').status).toBe('skip');

    await writeFile(place.storePath, intact);
    await damage();
    expect((await place.examine({ fix: true })).check('store').detail).toMatch(/is damaged.* was moved to /);
  });

  test('refreshes an access token, once, if TikTok Shop says that it has expired', async () => {
    const place = await connectedHome();
    place.simulator.expireAccessTokens();
    expect((await place.examine()).check('token').fix).toBe('Run `ottokit-tiktok doctor --fix` to refresh it.');
    const run = await place.examine({ fix: true });
    expect(run.troubles()).toEqual({});
    expect(run.said).toContain('done: Refreshed the access token, which had expired.');
    expect(refreshes(place)).toBe(1);
    expect((await place.stored())?.tokens?.accessToken.reveal()).toBe(place.simulator.issued.accessTokens.at(-1));
  });

  test('refreshes a token that should have expired, without asking TikTok Shop about it first', async () => {
    const place = await connectedHome();
    await place.change((profile) => {
      if (profile.tokens === undefined) throw new Error('not connected');
      return { ...profile, tokens: { ...profile.tokens, accessTokenExpiresAt: Date.now() - 1 } };
    });
    const before = place.simulator.requests.length;
    const run = await place.examine({ fix: true, checks: ['token'] });
    expect(run.check('token').status).toBe('pass');
    expect(place.simulator.requests.slice(before).map(({ path }) => path)).toEqual([
      '/api/v2/token/refresh',
      '/authorization/202309/shops',
    ]);
  });

  test('does nothing when nothing is wrong', async () => {
    const place = await connectedHome();
    const run = await place.examine({ fix: true });
    expect(fixes(run.said)).toEqual([]);
    expect(refreshes(place)).toBe(0);
    const empty = await home();
    expect(fixes((await empty.examine({ fix: true })).said)).toEqual([]);
    expect(await readdir(empty.directory)).toEqual([]);
  });

  test('leaves a revoked authorization to the token check, which says what to do', async () => {
    const place = await connectedHome();
    place.simulator.expireAccessTokens();
    place.simulator.revoke();
    const run = await place.examine({ fix: true });
    expect(run.check('token')).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('connect --re') as string,
    });
  });

  test('reports a refused refresh', async () => {
    const place = await connectedHome();
    place.simulator.setScenario('expired-refresh-token');
    place.simulator.expireAccessTokens();
    const run = await place.examine({ fix: true });
    expect(run.check('token').detail).toContain('It couldn’t be refreshed.');
    expect(run.exitCode).toBe(1);
  });

  test('says that the authorization is uncertain if it is interrupted before TikTok Shop answers', async () => {
    const place = await connectedHome();
    place.simulator.expireAccessTokens();
    const interruption = new AbortController();
    const unanswered = unansweredRefresh(place, interruption);
    const thrown = await place
      .run({ fix: true }, { http: unanswered, signal: interruption.signal })
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'interrupted-unanswered' });
  });

  test('runs the other checks if the store’s address is wrong', async () => {
    const place = await home();
    const env = { OTTOKIT_TIKTOK_STORE: 'mysql://db.example/team' };
    const run = await place.examine({ fix: true }, { env });
    expect(run.check('store').detail).toContain('This isn’t the address of a store');
    expect(run.check('token').detail).toContain('fix the store first');
    expect(run.check('node').status).toBe('pass');
    expect(run.exitCode).toBe(1);
  });

  test('says after Ctrl-C that new tokens could not be stored', async () => {
    const place = await connectedHome();
    place.simulator.expireAccessTokens();
    const leaving = new AbortController();
    const leave = (): void => {
      leaving.abort(fail('interrupted', {}));
    };
    const world = { ...unwritable(place, leave), signal: leaving.signal };
    await expect(place.examine({ fix: true, checks: ['token'] }, world)).rejects.toMatchObject({
      code: 'tokens-not-stored',
    });
  });

  test('says that new tokens could not be stored, even if the old ones are not accepted anymore', async () => {
    const place = await connectedHome();
    place.simulator.expireAccessTokens();
    const revoke = (): void => {
      place.simulator.revoke();
    };
    const run = await place.examine({ fix: true, checks: ['token'] }, unwritable(place, revoke));
    expect(run.check('token').detail).toContain('issued new tokens, but they couldn’t be stored');
  });

  test('prints no secret of another profile', async () => {
    const place = await connectedHome();
    const secret = 'the-app-secret-of-another-profile';
    await place.copy(['other'], (profile) => ({ ...profile, app: { ...profile.app, appSecret: new Secret(secret) } }));
    await place.change((profile) => ({ ...profile, app: { ...profile.app, redirectUrl: `ftp://${secret}` } }));
    const run = await place.examine({ fix: true, checks: ['redirect', 'token'] });
    expect(run.check('redirect').detail).toContain('[secret]');
    expect(run.printed).not.toContain(secret);
  });

  test('fixes only the areas of the named checks, and refreshes no token offline', async () => {
    const place = await connectedHome();
    place.simulator.expireAccessTokens();
    await leaveLock(place);
    await place.examine({ fix: true, checks: ['node', 'shops'] });
    await access(`${place.storePath}.lock`);
    await place.examine({ fix: true, offline: true });
    await expect(access(`${place.storePath}.lock`)).rejects.toThrow('ENOENT');
    expect(refreshes(place)).toBe(0);
  });
});
