import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { failedWith } from '../../src/doctor/check.ts';
import { catalogue } from '../../src/ground/catalogue.ts';
import { fail, type ErrorCode } from '../../src/ground/errors.ts';
import { Secret } from '../../src/ground/secret.ts';
import { isFailure } from '../../src/ground/errors.ts';
import type { Http } from '../../src/ground/io.ts';
import { listen } from '../../src/listener/listener.ts';
import { makeHttp } from '../../src/network/http.ts';
import { freePort } from '../journeys/machine.ts';
import { brokenStates } from './broken-states.ts';
import { connectedHome, home, type Home } from './examined.ts';
import { noModes, onWindows } from '../tools/systems.ts';

/** Details that fit every entry of the catalog. */
const anything: object = new Proxy(
  {},
  {
    get: (_, name) =>
      name === 'known' || name === 'missing' || name === 'lost' ? ['a'] : name === 'toString' ? undefined : 'x',
  },
);

/** The commands in backticks, without `ottokit-tiktok`. */
const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/`ottokit-tiktok ([^`]*)`/g)].map(([, command]) => command ?? '');

describe('no advice repeats the command that just ran:', () => {
  test.each(Object.keys(catalogue) as ErrorCode[])('doctor, reporting %s', (code) => {
    const finding = failedWith(fail(code, anything as never));
    const commands = commandsIn('fix' in finding ? finding.fix : '');
    expect(commands.filter((command) => /^doctor(?! --fix)/.test(command))).toEqual([]);
  });

  test.each(brokenStates.map(({ name, arrange }) => [name, arrange] as const))(
    'doctor --fix, with %s',
    async (_, arrange) => {
      const { place, options, world } = await arrange();
      const { json } = await place.examine({ ...options, fix: true }, world);
      const fixes = json.checks.flatMap(({ fix }) => fix ?? []);
      expect(fixes.flatMap(commandsIn).filter((command) => command.startsWith('doctor'))).toEqual([]);
    },
  );

  test('doctor --fix, if new tokens arrive with an expiry in the past', async () => {
    const place = await connectedHome();
    await place.change((profile) => {
      const { tokens } = profile;
      return tokens === undefined ? profile : { ...profile, tokens: { ...tokens, accessTokenExpiresAt: 1 } };
    });
    const { http: send, close } = makeHttp({ env: {}, userAgent: 'test' });
    onTestFinished(close);
    const http: Http = async (request) => {
      const answer = await send(request);
      if (!answer.answered) return answer;
      return { ...answer, body: answer.body.replace(/("access_token_expire_in":)\d+/, '$11660556783') };
    };
    const { json } = await place.examine({ fix: true, checks: ['token'] }, { http });
    expect(json.checks).toMatchObject([{ status: 'pass', detail: expect.stringMatching(/^works/) as string }]);
  });

  test('doctor --fix, in a directory that also contains other things', async ({ skip }) => {
    skip(onWindows, noModes);
    const place = await connectedHome();
    const directory = join(place.directory, 'config');
    await writeFile(join(directory, 'somebody-elses.txt'), '');
    await chmod(directory, 0o775);
    expect((await place.examine()).check('permissions').fix).toBe('Run `ottokit-tiktok doctor --fix`.');
    const { status, fix } = (await place.examine({ fix: true })).check('permissions');
    expect([status, fix]).toEqual(['fail', expect.stringContaining('`chmod go= ~/config`') as string]);
  });
});

test.each(['passphrase-wrong', 'store-unreadable'] as const)(
  'advice on %s in a database isn’t about a file',
  (code) => {
    const { fix } = fail(code, { path: 'postgresql://db/team', detail: 'x' });
    expect(fix).not.toMatch(/postgresql|directory|file that/);
    expect(fix).toMatch(/team|database/);
  },
);

test('a waiting `connect` isn’t reported as a program to close', async () => {
  const place = await connectedHome();
  const port = await freePort();
  const redirectUrl = `http://127.0.0.1:${String(port)}/callback`;
  await place.change((profile) => ({ ...profile, app: { ...profile.app, redirectUrl } }));
  const waiting = new AbortController();
  onTestFinished(() => {
    waiting.abort();
  });
  const judge = () => ({ verdict: 'refused', why: 'none' }) as never;
  const listener = await listen({ redirectUrl, judge, onRefused: () => undefined, signal: waiting.signal });
  if (isFailure(listener)) throw listener;
  onTestFinished(() => listener.close());
  expect((await place.examine({ checks: ['port'] })).check('port')).toMatchObject({
    status: 'pass',
    detail: `${String(port)} is in use by \`connect\`, which is waiting there`,
  });
});

test('a busy port isn’t a failure if no known Redirect URL needs it', async () => {
  const place = await home();
  const occupant = createServer((socket) => socket.destroy());
  // Another program may already be using the port.
  await once(occupant.listen(8717, '127.0.0.1'), 'listening').catch(() => undefined);
  onTestFinished(() => void occupant.close());
  for (const all of [false, true]) {
    const run = await place.examine({ checks: ['port'], all });
    expect(run.check('port').status).not.toBe('fail');
    expect(run.exitCode).toBe(0);
  }
});

/** Every file and directory with its mode, modification time, inode and contents. */
async function snapshot({ directory }: Home): Promise<Record<string, unknown>> {
  const names = await readdir(directory, { recursive: true });
  const entries = names.map(async (name) => {
    const path = join(directory, name);
    const { mode, mtimeMs, ino } = await stat(path);
    return [name, { mode, mtimeMs, ino, bytes: await readFile(path, 'hex').catch(() => null) }];
  });
  return Object.fromEntries((await Promise.all(entries)) as [string, unknown][]);
}

describe('without --fix, nothing on disk changes:', () => {
  test.each([
    ['an intact store', () => Promise.resolve()],
    ['a damaged store', ({ storePath }: Home) => writeFile(storePath, 'garbage')],
    ['an empty store file', ({ storePath }: Home) => writeFile(storePath, '')],
    [
      'permissions that are too open',
      async ({ storePath, directory }: Home) => {
        await chmod(storePath, 0o666);
        await chmod(join(directory, 'config'), 0o777);
        await chmod(join(directory, 'data', 'keys'), 0o777);
        for (const key of await readdir(join(directory, 'data', 'keys')))
          await chmod(join(directory, 'data', 'keys', key), 0o644);
      },
    ],
    ['a leftover lock', ({ storePath }: Home) => writeFile(`${storePath}.lock`, 'nonsense')],
  ])('%s', async (_, arrange) => {
    const place = await connectedHome();
    await arrange(place);
    const before = await snapshot(place);
    await place.examine({ checks: ['store'] });
    await place.examine();
    await place.run({ all: true });
    expect(await snapshot(place)).toEqual(before);
  });
});

describe('scopes and shops', () => {
  const needed = neededScopes.map(({ key }) => key);

  test('with exactly OttoKit’s scopes granted, there is no warning', async () => {
    const place = await connectedHome({ scenario: 'no-shop-scope', grantedScopes: needed });
    place.simulator.setScenario('no-shop-scope');
    const run = await place.examine();
    expect(run.troubles()).toEqual({});
    expect(run.check('scopes').detail).toBe(`${String(needed.length)} of ${String(needed.length)} granted`);
    expect(run.check('token').detail).toMatch(/^seems to work and expires in/);
    expect(run.check('shops').detail).toMatch(/^Demo Shop \(GB\); TikTok Shop lists shops only with 431812/);
  });

  test('the scopes are reported as unknown if TikTok Shop lists none', async () => {
    const place = await connectedHome({ scenario: 'no-scope-list' });
    expect((await place.examine()).check('scopes')).toMatchObject({
      status: 'pass',
      detail: expect.stringMatching(/^unknown: TikTok Shop didn’t list/) as string,
    });
  });
});

test('“connected”, “not connected” and “unknown” are three different findings about OttoKit', async () => {
  const place = await connectedHome();
  const answers = [
    { connected: true, confirmedAt: Date.UTC(2026, 10, 20) },
    { connected: false, confirmedAt: 9e15 },
  ];
  const found: unknown[] = [];
  for (const ottokit of [...answers, undefined]) {
    await place.change(({ ottokit: _, ...profile }) => (ottokit === undefined ? profile : { ...profile, ottokit }));
    const { group, status, detail } = (await place.examine({ checks: ['ottokit'] })).check('ottokit');
    found.push([group, status, detail]);
  }
  expect(found).toEqual([
    ['ottokit', 'pass', 'connected (you confirmed this on 2026-11-20)'],
    ['ottokit', 'fail', 'not connected (you reported this on an unknown date)'],
    ['ottokit', 'skip', 'unknown: you haven’t said yet whether OttoKit is connected'],
  ]);
});

test.each([
  ['Fri, 01 Jan 2100 00:00:00 GMT', /^unknown: the time .* makes no sense \(2100-/],
  ['Thu, 01 Jan 1970 00:00:00 GMT', /^unknown: the time .* makes no sense \(1970-/],
])('this computer’s clock isn’t blamed if TikTok Shop’s shows %s', async (date, detail) => {
  let now = Date.now;
  const place = await connectedHome({ now: () => now() });
  now = () => Date.parse(date);
  const { status, detail: found } = (await place.examine({ checks: ['clock'] })).check('clock');
  expect([status, found]).toEqual(['skip', expect.stringMatching(detail)]);
});

test('an impossible expiry counts as unknown', async () => {
  const place = await connectedHome();
  await place.change((profile) => {
    if (profile.tokens === undefined) throw new Error('not connected');
    return { ...profile, tokens: { ...profile.tokens, accessTokenExpiresAt: Date.now() * 2 } };
  });
  expect((await place.examine({ checks: ['token'] })).check('token').detail).toMatch(/^works; its expiry is unknown; /);
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 is a failure even with --offline', async () => {
  const place = await connectedHome();
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect((await place.examine({ offline: true }, { env })).check('network').status).toBe('fail');
  expect((await place.examine({ offline: true })).check('network').status).toBe('skip');
});

test('a blocked check names what to fix first', async () => {
  const place = await connectedHome();
  await place.change((profile) => {
    if (profile.tokens === undefined) throw new Error('not connected');
    return { ...profile, tokens: { ...profile.tokens, accessToken: new Secret('ROW_revoked') } };
  });
  expect((await place.examine()).check('shops').detail).toBe('skipped: fix the access token first');
});

test('the next step fixes the first failure, and warnings are counted separately', async () => {
  const place = await home();
  await place.change((profile) => ({ ...profile, app: { region: 'row', serviceId: '7369437808455026474' } }));
  const world = { nodeVersion: '20.20.2', env: { BROWSER: undefined } };
  const { printed } = await place.run({ checks: ['node', 'credentials', 'browser'] }, world);
  const [counts, next] = printed.split('\n').slice(-2);
  expect(counts).toMatch(/^1 failed, (2 warnings|1 warning, 1 passed)\.$/);
  expect(next).toMatch(/^Next: .*`ottokit-tiktok connect --service-id ID`\.$/);
});
