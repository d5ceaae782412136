import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mustSetBack } from '../../src/connection/redirect-url.ts';
import { connectionLines } from '../../src/output/connection.ts';
import { nextRegion } from '../../src/ground/regions.ts';
import { fail } from '../../src/ground/errors.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { Secret } from '../../src/ground/secret.ts';
import { isConnected, type Profile } from '../../src/store/model/profile.ts';
import { leavesOpen } from './person.ts';
import { codeOf, flags, ottokitRedirectUrl, readySeller } from './scripts.ts';
import { approvingSecond, connectedWorld, realClock, wizardWorld } from './world.ts';

describe('a value in an unusual format', () => {
  const unusual = new Secret('Some-Thing-Else-0123456789');
  const accepted = async (world: Awaited<ReturnType<typeof wizardWorld>>): Promise<readonly string[] | undefined> =>
    (await (await world.openStore()).profile('default'))?.journal.unusualAccepted;

  test('is asked about only until the user confirms it, and forgotten when another value replaces it', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    const first = await world.run({
      script: readySeller(world, { 'app-secret': [unusual], 'app-secret-unusual': [true], fix: ['later'] }),
    });
    expect(first.outcome?.outcome).toBe('saved');
    expect(await accepted(world)).toEqual(['app-secret']);

    const again = await world.run({ answers: { ...flags(world), appSecret: unusual } });
    expect(again.person.shown.join('\n')).not.toContain('An App Secret is usually');
    expect(await accepted(world)).toEqual(['app-secret']);

    await world.run({ answers: flags(world) });
    expect(await accepted(world)).toEqual([]);
  });

  test('is asked for again if the user decides against it, and isn’t recorded', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        'app-secret': [unusual, new Secret(world.simulator.app.appSecret)],
        'app-secret-unusual': [false],
      }),
    });
    expect(outcome?.outcome).toBe('connected');
    person.expectNothingLeft();
    expect(await accepted(world)).toEqual([]);
  });

  test('isn’t asked about again with --restart', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    await world.run({ answers: { ...flags(world), appSecret: unusual, yes: true } });
    expect(await accepted(world)).toEqual(['app-secret']);

    const again = await world.run({ answers: { ...flags(world), appSecret: unusual, restart: true } });

    expect(again.person.shown.join('\n')).not.toContain('An App Secret is usually');
    expect(await accepted(world)).toEqual(['app-secret']);
  });
});

describe('a user who has everything ready', () => {
  test('is asked each question once and ends with a verified connection', async () => {
    const world = await wizardWorld();
    const { person, outcome, thrown } = await world.run({ script: readySeller(world) });
    expect(thrown).toBeUndefined();
    expect(outcome?.outcome).toBe('connected');
    person.expectNothingLeft();
    const profile = await (await world.openStore()).profile('default');
    expect(profile?.shops.map(({ id }) => id)).toEqual(world.simulator.shops.map(({ id }) => id));
    expect(profile?.tokens?.accessToken.reveal()).toBe(world.simulator.issued.accessTokens[0]);
    expect(world.simulator.unexpected).toEqual([]);
  });

  test('sees the authorization address that the browser opens, alone on a line', async () => {
    const world = await wizardWorld();
    const { person } = await world.run({ script: readySeller(world) });
    expect(person.shown).toContain(world.opened[0]);
    expect(new URL(world.opened[0] ?? '').searchParams.get('state')).toMatch(/^[\w-]{43}$/);
  });

  test('sees the App Secret only on request, and then alone on a line', async () => {
    const world = await wizardWorld();
    const silent = await world.run({ script: readySeller(world) });
    expect(silent.person.shown.join('\n')).not.toContain(world.simulator.app.appSecret);
    const other = await wizardWorld();
    const shown = await other.run({
      script: readySeller(other, { ottokit: ['show-secret', 'yes'] }),
    });
    expect(shown.person.shown).toContain(other.simulator.app.appSecret);
  });
});

describe('without a terminal', () => {
  test('flags alone are enough to connect', async () => {
    const world = await wizardWorld();
    const { outcome, thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(thrown).toBeUndefined();
    expect(outcome).toMatchObject({ outcome: 'connected', wasConnected: false });
  });

  test('one error names every missing flag', async () => {
    const world = await wizardWorld();
    const { thrown } = await world.run({});
    expect(codeOf(thrown)).toBe('missing-answers');
    const { message } = thrown as Error;
    for (const flag of ['--region', '--redirect-url', '--app-key', '--app-secret-stdin', '--service-id']) {
      expect(message).toContain(flag);
    }
  });

  test('stored values don’t have to be given again', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    const denied = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(denied.thrown)).toBe('authorization-denied');
    world.simulator.setScenario('approve');
    const again = await world.run({});
    expect(again.outcome?.outcome).toBe('connected');
  });

  test('a stored value that is refused now is named with its flag', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    await world.run({ answers: { ...flags(world), yes: true } });
    const withSample = (profile?: Profile): Profile | undefined =>
      profile && { ...profile, app: { ...profile.app, serviceId: '7369437808455026474' }, journal: { done: {} } };
    await (await world.openStore()).change('default', withSample);
    const { thrown } = await world.run({});
    expect(codeOf(thrown)).toBe('credential-refused');
    expect((thrown as Error).message).toMatch(/^--service-id: This is the sample/);
  });

  test('--capture paste is refused before anything opens', async () => {
    const world = await wizardWorld();
    const { thrown } = await world.run({ answers: { ...flags(world), capture: 'paste' } });
    expect(codeOf(thrown)).toBe('capture-impossible');
    expect(world.opened).toEqual([]);
  });
});

describe('a connected profile', () => {
  test('is verified with a real call and not authorized again', async () => {
    const world = await connectedWorld();
    const calls = world.simulator.requests.length;
    const { outcome } = await world.run({});
    expect(outcome).toMatchObject({ outcome: 'connected', wasConnected: true });
    expect(world.opened).toHaveLength(1);
    expect(world.simulator.requests.slice(calls).map(({ path }) => path)).toEqual(['/authorization/202309/shops']);
  });

  test('is authorized again for another Service ID, and is unchanged until then', async () => {
    const world = await connectedWorld();
    const other = { serviceId: '7412345678901234567', timeout: 50, yes: true };
    const { thrown } = await world.run({ answers: other });
    expect(codeOf(thrown)).toBe('authorization-timeout');
    const profile = await (await world.openStore()).profile('default');
    expect(profile?.app.serviceId).toBe(world.simulator.app.serviceId);
    expect(profile !== undefined && isConnected(profile)).toBe(true);
    expect(world.opened.at(-1)).toContain(other.serviceId);
  });

  test('is tested with another App Secret without a new authorization; the secret is kept only if it is right', async () => {
    const world = await connectedWorld();
    const wrong = await world.run({ answers: { appSecret: new Secret('f'.repeat(40)) } });
    expect(codeOf(wrong.thrown)).toBe('app-secret-mismatch');
    const kept = await (await world.openStore()).profile('default');
    expect(kept?.app.appSecret?.reveal()).toBe(world.simulator.app.appSecret);
    expect((await world.run({ answers: flags(world) })).outcome?.outcome).toBe('connected');
    expect(world.opened).toHaveLength(1);
  });

  test('counts as set back to OttoKit’s Redirect URL if a flag says so', async () => {
    const world = await wizardWorld();
    const first = await world.run({ answers: { ...flags(world), yes: true } });
    expect(first.outcome && mustSetBack(first.outcome.profile)).toBe(true);
    const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
    const { outcome } = await world.run({ answers: { redirectUrl } });
    expect(outcome?.profile).toMatchObject({ app: { redirectUrl } });
    expect(outcome && mustSetBack(outcome.profile)).toBe(false);
  });

  test('keeps working until a restart is finished', async () => {
    const world = await connectedWorld();
    world.simulator.setScenario('deny');
    const { thrown } = await world.run({ answers: { restart: true, yes: true } });
    expect(codeOf(thrown)).toBe('authorization-denied');
    const profile = await (await world.openStore()).profile('default');
    if (profile === undefined) throw new Error('the profile is gone');
    expect(isConnected(profile)).toBe(true);
    expect(profile.pendingReplacement).toBeDefined();
    world.simulator.setScenario('approve');
    const { outcome } = await world.run({});
    expect(outcome).toMatchObject({ outcome: 'connected', wasConnected: false });
    expect(outcome?.profile.pendingReplacement).toBeUndefined();
    expect(outcome?.profile.tokens?.accessToken.reveal()).toBe(world.simulator.issued.accessTokens.at(-1));
  });

  test('goes through every question again with --restart, and Enter keeps the stored App Secret', async () => {
    const world = await connectedWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, { 'app-secret': [''] }),
      answers: { restart: true },
    });
    expect(outcome?.outcome).toBe('connected');
    person.expectNothingLeft();
  });
});

test('Enter keeps every answer when the steps are repeated', async () => {
  const world = await connectedWorld();
  const pendingScopes = ['430276'];
  await (
    await world.openStore()
  ).change('default', (profile) => profile && { ...profile, journal: { ...profile.journal, pendingScopes } });
  const { person, outcome } = await world.run({
    script: readySeller(world, {
      ...{ region: [''], account: [''], 'app-created': [''], 'redirect-url': [], 'redirect-url-other': [] },
      ...{ 'scopes-on': [''], scopes: [neededScopes.map(({ id }) => id).filter((id) => id !== '430276')] },
      ...{ 'app-key': [''], 'app-secret': [''], 'service-id': [''], authorize: [''] },
    }),
    answers: { restart: true },
  });
  person.expectNothingLeft();
  expect(outcome).toMatchObject({
    outcome: 'connected',
    profile: { app: { region: 'row' }, journal: { pendingScopes } },
  });
  expect(person.shown).not.toContain('done: Step 1 of 6 · Your shop: United Kingdom');
});

describe('a Partner Center account', () => {
  test('that waits for approval is saved, and the next run doesn’t ask for the country again', async () => {
    const world = await wizardWorld();
    const first = await world.run({ script: { region: ['US'], account: ['waiting'] } });
    expect(first.outcome?.outcome).toBe('waiting for approval');
    const { region: _, ...rest } = readySeller(world);
    const second = await world.run({ script: rest });
    expect(second.outcome).toMatchObject({ outcome: 'connected', profile: { app: { region: 'us', country: 'US' } } });
  });

  test('that waits for approval makes the next run ask whether it is approved, not whether it exists', async () => {
    const world = await wizardWorld();
    await world.run({ script: { region: ['US'], account: ['waiting'] } });
    const { thrown } = await world.run({ script: { account: ['new'] } });
    expect(String(thrown)).toContain('“new” isn’t a choice for “account”');
  });

  test('can be created with the displayed steps, and the run continues if it is approved right away', async () => {
    const world = await wizardWorld();
    const script = readySeller(world, { account: ['new'], registered: ['open', 'ready'] });
    const { person, outcome } = await world.run({
      script,
      browser: (url) => {
        if (url.startsWith(world.simulator.origin)) void world.simulator.approveAsSeller(url);
        return Promise.resolve({ opened: true });
      },
    });
    expect(outcome?.outcome).toBe('connected');
    expect(world.opened[0]).toBe('https://partner.tiktokshop.com');
    expect(person.shown.join('\n')).toMatch(/Seller in-house developer/);
  });
});

describe('after an interruption', () => {
  const questions = [
    'region',
    'account',
    'app-created',
    'redirect-url',
    'redirect-url-other',
    'scopes-on',
    'app-key',
    'app-secret',
    'service-id',
    'authorize',
    'redirected-address',
    'redirect-restored',
    'ottokit',
  ];
  /** Menus that belong to a whole step are asked again with it, and so is the recap before the page opens. */
  const askedAgain = new Set(['app-created', 'redirect-url', 'redirect-url-other', 'account', 'authorize']);

  test.each(questions)('at %s, the next run continues there and asks for no value twice', async (stop) => {
    const world = await wizardWorld();
    const script = readySeller(world);
    const interrupted = await world.run({
      script: { ...script, [stop]: [] },
      browser: (url) => {
        if (stop.startsWith('redirect-') || stop === 'ottokit') void world.simulator.approveAsSeller(url);
        return Promise.resolve({ opened: true });
      },
    });
    expect(interrupted.outcome).toBeUndefined();

    const answered = interrupted.person.asked.filter((id) => id !== stop && !askedAgain.has(id));
    const rest = Object.fromEntries(Object.entries(script).filter(([id]) => !answered.includes(id)));
    const { person, outcome, thrown } = await world.run({
      script: { ...rest, resume: ['continue'], connected: ['finish'] },
    });
    expect(thrown).toBeUndefined();
    expect(outcome?.outcome).toBe('connected');
    expect(outcome?.profile.ottokit?.connected).toBe(true);
    expect(person.asked.filter((id) => answered.includes(id))).toEqual([]);
  });
});

describe('a wrong choice', () => {
  test('of country can be corrected at the next question', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, { region: ['US', 'GB'], account: ['back', 'ready'] }),
    });
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { app: { region: 'row', country: 'GB' } } });
    person.expectNothingLeft();
  });

  test('of Redirect URL can be corrected before the app is ready', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        'redirect-url': ['local', 'back', 'other'],
        'app-created': ['again', 'another', 'another', 'another', 'ready'],
      }),
    });
    expect(outcome?.profile.journal.done.app).toBeDefined();
    expect(person.shown).toContain(ottokitRedirectUrl);
    expect(person.shown).toContain('http://127.0.0.1:8717/callback');
    person.expectNothingLeft();
  });

  test('of no scopes at all must be confirmed', async () => {
    const world = await wizardWorld();
    const some = { 'scopes-on': ['some'] };
    const { person, outcome } = await world.run({
      script: readySeller(world, { ...some, scopes: [[], ['430276']], 'scopes-none': [false] }),
    });
    expect(outcome?.profile.journal.pendingScopes).toHaveLength(neededScopes.length - 1);
    person.expectNothingLeft();
    const other = await wizardWorld();
    const none = await other.run({ script: readySeller(other, { ...some, scopes: [[]], 'scopes-none': [true] }) });
    expect(none.outcome?.profile.journal.pendingScopes).toHaveLength(neededScopes.length);
  });

  test('can be undone step by step with “Go back”, and every entered value is offered again', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        authorize: ['back', 'open'],
        'app-key': [world.simulator.app.appKey, ''],
        'app-secret': [new Secret(world.simulator.app.appSecret), ''],
        'service-id': [world.simulator.app.serviceId, ''],
        'scopes-on': ['back', 'all'],
        'app-created': ['another', 'ready', 'back', 'ready'],
        account: ['ready', 'ready'],
        region: ['GB', 'GB'],
      }),
    });
    expect(outcome?.outcome).toBe('connected');
    person.expectNothingLeft();
  });
});

describe('changing the region', () => {
  test('asks about the account again', async () => {
    const world = await wizardWorld();
    await world.run({ script: { region: ['GB'], account: ['waiting'] } });
    const { person } = await world.run({ script: { account: ['back', 'new'], region: ['US'] } });
    expect(person.asked).toEqual(['account', 'region', 'account', 'registered']);
  });

  test('asks first, names the values it sets aside, and loses nothing if the user changes back', async () => {
    const world = await wizardWorld();
    const { appKey, serviceId } = world.simulator.app;
    const left = await world.run({ script: readySeller(world, { authorize: ['later'] }) });
    expect(left.outcome?.outcome).toBe('saved');
    const moved = await world.run({
      script: { authorize: ['change'], change: ['region'], 'region-change': ['change'], account: ['waiting'] },
    });
    expect(moved.person.shown.join('\n')).toContain(`App Key ${appKey}, the App Secret, and Service ID ${serviceId}`);
    expect(moved.outcome?.outcome).toBe('waiting for approval');
    const back = await world.run({ script: { account: ['back'], region: ['GB'], authorize: ['later'] } });
    expect(back.thrown).toBeUndefined();
    const profile = await (await world.openStore()).profile('default');
    expect(profile).toMatchObject({ app: { region: 'row', appKey, serviceId } });
    expect(profile?.pendingReplacement).toBeUndefined();
  });

  test('keeps what was entered, even if another region was chosen first', async () => {
    const world = await wizardWorld();
    const { appKey, serviceId } = world.simulator.app;
    const { person } = await world.run({
      script: readySeller(world, {
        region: ['US', 'GB'],
        account: ['back', 'ready'],
        authorize: ['change'],
        change: ['region'],
        'region-change': ['change'],
      }),
    });
    expect(person.asked.slice(-2)).toEqual(['region-change', 'account']);
    const profile = await (await world.openStore()).profile('default');
    expect(profile).toMatchObject({
      app: { region: 'row', appKey, serviceId },
      pendingReplacement: { app: { region: nextRegion('row') } },
    });
  });

  test('loses nothing within one run either', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        authorize: ['change', 'open'],
        change: ['region'],
        'region-change': ['change'],
        account: ['ready', 'back'],
        region: ['GB', 'GB'],
      }),
    });
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { app: { region: 'row' } } });
    person.expectNothingLeft();
  });

  test('with a flag requires the values of the other portal’s app, and shows no step as done', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    await world.run({ answers: { ...flags(world), yes: true } });
    const { person, thrown } = await world.run({ answers: { region: 'us' } });
    expect(codeOf(thrown)).toBe('missing-answers');
    for (const flag of ['--app-key', '--app-secret-stdin', '--service-id'])
      expect((thrown as Error).message).toContain(flag);
    expect(person.shown).toEqual([]);
  });
});

test('a run with another Redirect URL doesn’t show the old one', async () => {
  const world = await wizardWorld({ scenario: 'deny' });
  await world.run({ answers: { ...flags(world), redirectUrl: 'http://127.0.0.1:1/before', yes: true, timeout: 50 } });
  const { person } = await world.run({ answers: { ...flags(world), yes: true } });
  const shown = person.shown.join('\n');
  expect(shown).toContain('Step 1 of 6 · Your shop: outside the United States');
  expect(shown).not.toContain('/before');
});

test('the authorized shop and then the scopes that weren’t granted are shown before OttoKit’s steps', async () => {
  const world = await wizardWorld({ grantedScopes: ['seller.product.basic', 'seller.authorization.info'] });
  const { person } = await world.run({ script: readySeller(world) });
  const at = (part: string): number => person.shown.findIndex((line) => line.includes(part));
  expect(at('TikTok Shop authorized: ')).toBeGreaterThan(0);
  expect(at('Not granted: 430276 Order Information')).toBeGreaterThan(at('TikTok Shop authorized: '));
  expect(at('Step 6 of 6')).toBeGreaterThan(at('Not granted: '));
});

describe('unusable flags', () => {
  test('a bad Redirect URL is refused even with --yes, before anything opens', async () => {
    const world = await wizardWorld();
    const { thrown } = await world.run({ script: {}, answers: { ...flags(world), redirectUrl: 'ftp://x', yes: true } });
    expect(codeOf(thrown)).toBe('redirect-url-refused');
    expect(world.opened).toEqual([]);
  });

  test('an empty Redirect URL is refused, and the one that works is kept', async () => {
    const world = await connectedWorld();
    const { thrown } = await world.run({ answers: { redirectUrl: '' } });
    expect(codeOf(thrown)).toBe('redirect-url-refused');
    expect((await (await world.openStore()).profile('default'))?.app.redirectUrl).toBe(world.redirectUrl);
  });

  test('--port is refused for OttoKit’s own Redirect URL', async () => {
    const world = await wizardWorld();
    const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
    const { thrown } = await world.run({ answers: { ...flags(world), redirectUrl, port: 8717, yes: true } });
    expect(codeOf(thrown)).toBe('usage');
    expect(world.opened).toEqual([]);
  });
});

test('after Ctrl-C during the exchange, the error says what is uncertain, and nothing more is asked', async () => {
  const world = await wizardWorld();
  const interrupted = new AbortController();
  const { person, thrown } = await world.run({
    script: readySeller(world),
    signal: interrupted.signal,
    through: (http) => async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const isJunk = !String(searchParams.get('auth_code')).startsWith('ROW_');
      if (pathname !== '/api/v2/token/get' || isJunk) return await http(request);
      interrupted.abort(new Error('Ctrl-C'));
      return { answered: false, sent: true, reason: 'timeout', detail: 'ETIMEDOUT' };
    },
  });
  expect(codeOf(thrown)).toBe('interrupted-unanswered');
  expect(person.asked).not.toContain('fix');
});

test('an answer to another login in the separate window is reported in the terminal, once for each reason', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const { person } = await world.run({
    script: readySeller(world, {
      ...{ 'app-created': ['ready'], 'redirect-url': [], 'redirect-url-other': [] },
      'redirected-address': [''],
      help: ['later'],
    }),
    windows: {
      find: () => Promise.resolve({ browser: { name: 'Chromium', path: '/usr/bin/chromium' } }),
      open: ({ forwardTo }) => {
        const forwarded = ['', 'state=theirs&code=c', 'state=theirs&code=d'].map((query) =>
          forwardTo(new URLSearchParams(query)),
        );
        expect(forwarded).toEqual([null, null, null]);
        return Promise.resolve({ closed: Promise.resolve(undefined), close: () => Promise.resolve() });
      },
    },
  });
  expect(person.shown.filter((line) => line.includes('Turned away'))).toEqual([
    expect.stringContaining('it has no state'),
    expect.stringContaining('its state isn’t this login’s'),
  ]);
});

test('a wait message explains a separate window that opens slowly, and after Ctrl-C there is no advice about it', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const interruption = new AbortController();
  const { person, thrown } = await world.run({
    script: readySeller(world, { 'app-created': ['ready'], 'redirect-url': [], 'redirect-url-other': [] }),
    signal: interruption.signal,
    clock: { ...realClock, sleep: (ms, signal) => realClock.sleep(ms === 1_000 ? 0 : ms, signal) },
    windows: {
      find: () => Promise.resolve({ browser: { name: 'Chromium', path: '/usr/bin/chromium' } }),
      open: async () => {
        await realClock.sleep(50);
        interruption.abort(fail('interrupted', {}));
        return { why: 'it is no longer needed' };
      },
    },
  });
  expect(codeOf(thrown)).toBe('interrupted');
  const shown = person.shown.join('\n');
  expect(shown).toContain('wait: Opening the separate window');
  expect(shown).not.toMatch(/couldn’t be opened|copy the whole address/);
});

test('a connection that another process removed in the meantime doesn’t count as connected', async () => {
  const world = await wizardWorld();
  const removing = async (): Promise<string> => {
    await (await world.openStore()).forget('default');
    return 'yes';
  };
  const { outcome } = await world.run({ script: readySeller(world, { ottokit: [removing] }) });
  expect(outcome?.outcome).toBe('saved');
  const next = await world.run({ script: { authorize: ['later'], resume: ['continue'] } });
  expect(next.person.asked).toContain('authorize');
});

describe('TikTok Shop’s refusals', () => {
  test('an App Key is kept after it is refused at the exchange', async () => {
    const world = await wizardWorld({ scenario: 'wrong-app-key' });
    const { thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(thrown)).toBe('app-key-invalid');
    const profile = await (await world.openStore()).profile('default');
    expect(profile?.app.appKey).toBe(world.simulator.app.appKey);
  });

  test('a wrong secret fails at the signed call; the next run asks only for the secret and keeps the tokens', async () => {
    const world = await wizardWorld();
    const wrong = 'f'.repeat(40);
    const { thrown } = await world.run({ answers: { ...flags(world), appSecret: new Secret(wrong), yes: true } });
    expect(codeOf(thrown)).toBe('app-secret-mismatch');
    expect((thrown as { requestId?: string }).requestId).toMatch(/\w{10}/);
    const { person, outcome } = await world.run({
      script: {
        fix: ['app-secret'],
        'app-secret': [new Secret(world.simulator.app.appSecret)],
        'redirect-restored': ['yes'],
        ottokit: ['yes'],
      },
    });
    expect(outcome?.outcome).toBe('connected');
    expect(person.asked).toEqual(['fix', 'app-secret', 'redirect-restored', 'ottokit']);
    expect(world.simulator.issued.accessTokens).toHaveLength(1);
  });

  test('a code for another app isn’t exchanged', async () => {
    const world = await wizardWorld({ scenario: 'other-app-key' });
    const { thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(thrown)).toBe('app-key-mismatch');
    expect(world.simulator.issued.accessTokens).toEqual([]);
  });

  test('a creator’s tokens aren’t stored', async () => {
    const world = await wizardWorld({ scenario: 'creator' });
    const { thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(thrown)).toBe('wrong-account-type');
    expect((await (await world.openStore()).profile('default'))?.tokens).toBeUndefined();
  });

  test('a missing scope for listing shops isn’t mentioned by the wizard, which names the seller instead', async () => {
    const world = await wizardWorld({ scenario: 'no-shop-scope' });
    const { person, outcome } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { shops: [] } });
    const lines = outcome && connectionLines(outcome.profile, Date.now()).join('\n');
    expect(lines).toContain('can’t be listed without the scope 431812');
    // The token response names the seller.
    expect(lines).toMatch(/Seller +Demo Shop \(GB\)/);
    expect(person.shown.join('\n')).toContain('TikTok Shop authorized: Demo Shop (GB)');
    expect(person.shown.join('\n')).not.toContain('431812');
  });

  test('a shop without a usable cipher isn’t blamed on a missing scope', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      answers: { ...flags(world), yes: true },
      through: (http) => async (request) => {
        const answer = await http(request);
        return answer.answered ? { ...answer, body: answer.body.replace(/"cipher":"[^"]*"/gu, '"cipher":""') } : answer;
      },
    });
    expect(person.shown.join('\n')).toContain('without a usable ID or cipher');
    expect(outcome && connectionLines(outcome.profile, Date.now()).join('\n')).toMatch(/Shops +none listed/);
  });

  test('after a denial, the page can be opened again with a new state', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    const { outcome } = await world.run({
      script: readySeller(world, { 'redirected-address': [leavesOpen, leavesOpen], fix: ['open'] }),
      browser: approvingSecond(world),
    });
    expect(outcome?.outcome).toBe('connected');
    const states = world.opened.map((url) => new URL(url).searchParams.get('state'));
    expect(new Set(states).size).toBe(2);
  });
});

describe('paste', () => {
  test('accepts the whole redirected address, and explains each refusal differently', async () => {
    const redirectUrl = ottokitRedirectUrl;
    const world = await wizardWorld({ redirectUrl });
    const landed = async (): Promise<string> => {
      const address = world.opened[0] ?? '';
      const { redirectedTo } = await world.simulator.approveAsSeller(address);
      return String(redirectedTo);
    };
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        'app-created': ['ready'],
        'redirected-address': [
          'TTP_abc',
          async () => Promise.resolve(world.opened[0] ?? ''),
          'https://api.ottokit.com/other?code=TTP_abc&state=x',
          `${redirectUrl}?code=TTP_abc`,
          landed,
        ],
      }),
      browser: () => Promise.resolve({ opened: true }),
    });
    expect(outcome?.outcome).toBe('connected');
    expect(new Set(person.refusals).size).toBe(4);
    expect(outcome && mustSetBack(outcome.profile)).toBe(false);
  });
});

test('the browser’s page says “connected” only once the tokens are stored', async () => {
  const world = await wizardWorld({ autoApprove: true });
  const pages: { body: string; tokensStored: boolean }[] = [];
  await world.run({
    answers: { ...flags(world), yes: true },
    browser: (url) => {
      void (async () => {
        const body = await (await fetch(url)).text();
        const profile = await (await world.openStore()).profile('default');
        pages.push({ body, tokensStored: profile?.tokens !== undefined });
      })();
      return Promise.resolve({ opened: true });
    },
  });
  await expect.poll(() => pages.length).toBe(1);
  expect(pages[0]?.tokensStored).toBe(true);
  expect(pages[0]?.body).toMatch(/connected/i);
});

test('the browser’s page says why the exchange was refused', async () => {
  const world = await wizardWorld({ autoApprove: true, scenario: 'expired-code' });
  const pages: string[] = [];
  const { thrown } = await world.run({
    answers: { ...flags(world), yes: true },
    browser: (url) => {
      void fetch(url).then(async (answer) => pages.push(await answer.text()));
      return Promise.resolve({ opened: true });
    },
  });
  expect(codeOf(thrown)).toBe('authorization-code-invalid');
  await expect.poll(() => pages.length).toBe(1);
  expect(pages[0]).toContain('older than 30 minutes');
  expect(pages[0]).not.toMatch(/is connected/i);
});

test('no secret is on the disk in plain text, Base64 or hexadecimal', async () => {
  const world = await connectedWorld();
  const bytes = await readFile(join(world.directory, 'config', 'connections'));
  for (const secret of world.simulator.secrets()) {
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(Buffer.from(secret).toString('base64'))).toBe(false);
    expect(bytes.includes(Buffer.from(secret).toString('hex'))).toBe(false);
  }
});
