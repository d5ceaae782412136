import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import type { Clock, Http, OpenBrowser } from '../../src/ground/io.ts';
import { nextRegion } from '../../src/ground/regions.ts';
import { windowHint } from '../../src/wizard/steps/capture-plan.ts';
import { helpChoices } from '../../src/wizard/steps/fixes.ts';
import { leavesOpen } from './person.ts';
import { codeOf, flags, ottokitRedirectUrl, readySeller, type Script } from './scripts.ts';
import {
  approvingSecond,
  connectedWorld,
  realClock,
  wizardWorld,
  type Run,
  type RunOptions,
  type WizardWorld,
} from './world.ts';

/** The most answers that a fix may need, counted from where the problem appears. */
const mostAnswers = 3;

interface Problem {
  /** The answers after the problem appears, in order. */
  readonly fix: readonly (readonly [id: string, answer: string | Secret])[];
  readonly script?: Script;
  readonly run?: RunOptions;
}

/** Runs into the problem, fixes it and counts the answers it takes. The next run has nothing left to do. */
async function fixAndFinish(world: WizardWorld, problem: Problem): Promise<Run> {
  const script: Record<string, Script[string]> = { ...readySeller(world), ...problem.script };
  for (const [id, answer] of problem.fix) script[id] = [...(script[id] ?? []), answer];
  const run = await world.run({ ...problem.run, script });
  expect(run.thrown).toBeUndefined();
  expect(run.outcome).toMatchObject({ outcome: 'connected', profile: { ottokit: { connected: true } } });
  expect(problem.fix.length).toBeLessThanOrEqual(mostAnswers);
  expect(run.person.asked.join()).toContain(problem.fix.map(([id]) => id).join());
  run.person.expectNothingLeft();
  const next = await world.run({ script: { connected: ['nothing'] } });
  expect(next.person.asked).toEqual(['connected']);
  return run;
}

/** A browser in which TikTok Shop sends no answer the first time. After that, the seller approves. */
function refusesOnce(world: WizardWorld, then: () => void = () => undefined): OpenBrowser {
  return (url) => {
    if (world.opened.length === 1) then();
    else void world.simulator.approveAsSeller(url);
    return Promise.resolve({ opened: true });
  };
}

const asksForHelp: Script = { 'redirected-address': ['', leavesOpen] };
const wrongServiceId = '7412345678901234567';
const wrongSecret = new Secret('f'.repeat(40));

describe('during the wait, the message that TikTok Shop shows leads to its fix:', () => {
  test('a wrong Service ID', async () => {
    const world = await wizardWorld();
    await fixAndFinish(world, {
      script: { ...asksForHelp, 'service-id': [wrongServiceId] },
      fix: [
        ['help', 'service-id'],
        ['service-id', world.simulator.app.serviceId],
      ],
      run: { browser: refusesOnce(world) },
    });
    expect(world.opened[1]).toContain(world.simulator.app.serviceId);
  });

  test('an App Key entered as the Service ID is reported before anything opens', async () => {
    const world = await wizardWorld();
    const { appKey, serviceId } = world.simulator.app;
    const { person } = await fixAndFinish(world, { script: { 'service-id': [appKey, serviceId] }, fix: [] });
    expect(person.refusals.join()).toContain('This is your App Key');
  });

  test('a draft', async () => {
    const world = await wizardWorld({ scenario: 'draft-app' });
    const { person } = await fixAndFinish(world, {
      script: asksForHelp,
      fix: [
        ['help', 'publish'],
        ['publish', 'open'],
      ],
      run: {
        browser: refusesOnce(world, () => {
          world.simulator.setScenario('approve');
        }),
      },
    });
    expect(person.shown.join('\n')).toContain(`service_id=${world.simulator.app.serviceId}`);
  });

  test('a draft in the US portal, with the portal’s address because the page’s is unconfirmed', async () => {
    const world = await wizardWorld({ scenario: 'draft-app' });
    const approve = refusesOnce(world, () => {
      world.simulator.setScenario('approve');
    });
    const { person } = await fixAndFinish(world, {
      script: { ...asksForHelp, region: ['US'], 'redirect-restored': ['open', 'yes'] },
      fix: [
        ['help', 'publish'],
        ['publish', 'open'],
      ],
      run: { browser: (url) => (url.includes('/open/authorize') ? approve(url) : Promise.resolve({ opened: true })) },
    });
    expect(person.shown).toContain('https://partner.us.tiktokshop.com');
    expect(world.opened.at(-1)).toBe('https://partner.us.tiktokshop.com');
  });

  test('no permission, or someone who isn’t the owner', async () => {
    const world = await wizardWorld({ scenario: 'no-permission' });
    await fixAndFinish(world, {
      script: asksForHelp,
      fix: [
        ['help', 'owner'],
        ['owner', 'open'],
      ],
      run: {
        browser: refusesOnce(world, () => {
          world.simulator.setScenario('approve');
        }),
      },
    });
  });

  test('an app of the other region', async () => {
    const world = await wizardWorld();
    const { simulator } = world;
    const { person } = await fixAndFinish(world, {
      script: {
        ...asksForHelp,
        region: ['US'],
        account: ['ready', 'ready'],
        'app-created': ['another', 'ready', 'ready'],
        'scopes-on': ['all', 'all'],
        'app-key': ['6abcdefghijkl', simulator.app.appKey],
        'app-secret': [wrongSecret, new Secret(simulator.app.appSecret)],
        'service-id': [wrongServiceId, simulator.app.serviceId],
        'app-key-again': ['use anyway'],
        authorize: ['open', 'open'],
      },
      fix: [
        ['help', 'region'],
        ['region-change', 'change'],
      ],
      run: { browser: refusesOnce(world) },
    });
    expect(person.shown.join('\n')).toContain('Changing the region sets aside App Key 6abcdefghijkl');
    expect(new URL(world.opened[1] ?? '').searchParams.get('service_id')).toBe(simulator.app.serviceId);
  });

  test('the help doesn’t offer the user’s own browser if the listener already uses it', async () => {
    const world = await wizardWorld();
    const { thrown } = await world.run({
      script: readySeller(world, { 'redirected-address': [''], help: ['own browser'] }),
      browser: () => Promise.resolve({ opened: true }),
    });
    expect(String(thrown)).toContain('“own browser” isn’t a choice for “help”');
  });

  test.each([
    [ottokitRedirectUrl, true],
    ['https://tunnel.example.com/callback', false],
  ])('the help warns that OttoKit also gets an address at %s: %s', (redirectUrl, isOttokits) => {
    const choices = helpChoices({ way: 'paste' }, redirectUrl);
    expect(choices.some(({ hint }) => hint?.endsWith('That address also reaches OttoKit.'))).toBe(isOttokits);
  });

  test.each([
    [ottokitRedirectUrl, 'Only OttoKit’s address is answered by this computer.'],
    ['https://shop.example:8443/callback', 'Only shop.example:8443 is answered by this computer.'],
  ])('the hint about the separate window says that this computer answers for %s', (redirectUrl, answered) => {
    expect(windowHint(redirectUrl)).toContain(answered);
  });

  test('help isn’t offered to a user who has already found it', async () => {
    const world = await wizardWorld();
    let later: () => void = () => undefined;
    const sleep: Clock['sleep'] = (ms, signal) =>
      ms === 30_000 ? new Promise((resolve) => (later = resolve)) : realClock.sleep(ms, signal);
    const afterHalfAMinute = async (): Promise<string> => {
      later();
      await new Promise((resolve) => setImmediate(resolve));
      return 'later';
    };
    const { person } = await world.run({
      script: readySeller(world, { 'redirected-address': [''], help: [afterHalfAMinute] }),
      browser: () => Promise.resolve({ opened: true }),
      clock: { ...realClock, sleep },
    });
    expect(person.asked.at(-1)).toBe('help');
    expect(person.shown.join('\n')).not.toContain('Press Enter for help');
  });

  test('leaving the help returns to the wait, and an answer that arrives closes the help', async () => {
    const world = await wizardWorld();
    const approving = async (): Promise<string> => {
      void world.simulator.approveAsSeller(world.opened[0] ?? '');
      return await leavesOpen();
    };
    await fixAndFinish(world, {
      script: { 'redirected-address': ['', ''], help: ['wait', approving] },
      fix: [],
      run: { browser: () => Promise.resolve({ opened: true }) },
    });
  });
});

/** Simulates a TikTok Shop whose token endpoint fails this way if the App Secret is wrong. */
const refusingWrongSecret =
  (endpoint: 'get' | 'refresh', code: number, message: string) =>
  (http: Http): Http =>
  async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const isWrong = pathname === `/api/v2/token/${endpoint}` && searchParams.get('app_secret') === wrongSecret.reveal();
    if (!isWrong) return await http(request);
    return { answered: true, status: 200, headers: {}, body: JSON.stringify({ code, message, request_id: '2026' }) };
  };

/** Simulates a TikTok Shop that checks the App Secret before the code. */
const checkingTheSecret = refusingWrongSecret('get', 36004004, 'invalid auth code');
const refusingRefreshes = refusingWrongSecret('refresh', 36004005, 'refresh token not exists');

describe('an App Key that can’t be checked because TikTok Shop is unavailable', () => {
  const unreachable = { answered: false, reason: 'refused', sent: false, detail: 'ECONNREFUSED' } as const;
  const overloaded = { answered: true, status: 503, headers: {}, body: '' } as const;

  test.for([
    ['it can’t be reached', unreachable],
    ['it is overloaded', overloaded],
  ] as const)('is checked again on request: %s', async ([, noAnswer]) => {
    const world = await wizardWorld();
    let isDown = true;
    const tryAgain = (): Promise<string> => {
      isDown = false;
      return Promise.resolve('again');
    };
    await fixAndFinish(world, {
      script: { 'app-check': [tryAgain] },
      fix: [],
      run: { through: (http) => (request) => (isDown ? Promise.resolve(noAnswer) : http(request)) },
    });
  });

  test('can be checked later, in the first setup and when a value is changed', async () => {
    const world = await wizardWorld();
    const through = () => () => Promise.resolve(unreachable);
    const first = await world.run({ script: readySeller(world, { 'app-check': ['later'] }), through });
    expect(first.outcome?.outcome).toBe('saved');
    await world.run({
      script: {
        resume: ['continue'],
        authorize: ['open'],
        'redirected-address': [leavesOpen],
        'redirect-restored': ['later'],
      },
    });
    const { outcome, person } = await world.run({
      script: { connected: ['change'], change: ['app-secret'], 'app-secret': [wrongSecret], 'app-check': ['later'] },
      through: (http) => (request) =>
        request.url.includes('/token/get') ? Promise.resolve(unreachable) : http(request),
    });
    expect(person.asked.at(-1)).toBe('app-check');
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { pendingReplacement: { app: {} } } });
  });
});

describe('a refusal by TikTok Shop leads to its fix:', () => {
  test('a wrong App Secret at the exchange; the same code is tried once more', async () => {
    const world = await wizardWorld();
    const secret = new Secret(world.simulator.app.appSecret);
    await fixAndFinish(world, {
      script: { 'app-secret': [wrongSecret] },
      fix: [
        ['fix', 'app-secret'],
        ['app-secret', secret],
      ],
      run: { through: checkingTheSecret },
    });
    expect(world.opened).toHaveLength(1);
  });

  test('a code that is refused with the new App Secret too: authorize again', async () => {
    const world = await wizardWorld({ scenario: 'expired-code' });
    const secret = new Secret(world.simulator.app.appSecret);
    const { person } = await fixAndFinish(world, {
      script: { 'redirected-address': [leavesOpen, leavesOpen] },
      fix: [
        ['fix', 'app-secret'],
        ['app-secret', secret],
        ['authorize', 'open'],
      ],
      run: {
        browser: approvingSecond(world),
      },
    });
    // The program doesn't know when the seller approved, if the address was pasted.
    expect(person.shown).toContain('If you approved only seconds ago, the App Secret is probably wrong.');
  });

  test('a wrong App Secret at the signed call; the tokens are kept', async () => {
    const world = await wizardWorld();
    await fixAndFinish(world, {
      script: { 'app-secret': [wrongSecret] },
      fix: [
        ['fix', 'app-secret'],
        ['app-secret', new Secret(world.simulator.app.appSecret)],
      ],
    });
    expect(world.opened).toHaveLength(1);
    expect(world.simulator.issued.accessTokens).toHaveLength(1);
  });

  test('a wrong App Key, at the live check', async () => {
    const world = await wizardWorld();
    await fixAndFinish(world, {
      script: { 'app-key': ['6abcdefghijkl'] },
      fix: [
        ['app-key-again', 'app-key'],
        ['app-key', world.simulator.app.appKey],
      ],
    });
  });

  test('another app’s Service ID', async () => {
    const world = await wizardWorld({ scenario: 'other-app-key' });
    const { person } = await fixAndFinish(world, {
      script: { 'redirected-address': [leavesOpen, leavesOpen] },
      fix: [
        ['fix', 'service-id'],
        ['service-id', world.simulator.app.serviceId],
      ],
      run: {
        browser: approvingSecond(world),
      },
    });
    expect(world.opened).toHaveLength(2);
    expect(person.shown.join('\n')).not.toContain('isn’t published');
  });

  test('another app’s App Key: the returned one is used, with its secret, and the code isn’t wasted', async () => {
    const world = await wizardWorld();
    const secret = new Secret(world.simulator.app.appSecret);
    const { outcome } = await fixAndFinish(world, {
      script: { 'app-key': ['6abcdefghijkl'], 'app-key-again': ['use anyway'], 'app-secret': [wrongSecret] },
      fix: [
        ['fix', 'their app key'],
        ['app-secret', secret],
      ],
    });
    expect(outcome?.profile.app.appKey).toBe(world.simulator.app.appKey);
    expect(world.opened).toHaveLength(1);
  });

  test.each([
    ['a declined authorization', 'deny'],
    ['a creator account', 'creator'],
  ] as const)('%s', async (_, scenario) => {
    const world = await wizardWorld({ scenario });
    await fixAndFinish(world, {
      script: { 'redirected-address': [leavesOpen, leavesOpen] },
      fix: [['fix', 'open']],
      run: {
        browser: approvingSecond(world),
      },
    });
  });

  test('a Redirect URL that was changed on the app: the pasted address reveals it and is accepted', async () => {
    const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
    const { outcome, person } = await fixAndFinish(world, {
      script: {
        'redirect-url-other': ['http://127.0.0.1:8718/before'],
        'redirected-address': [
          async () => String((await world.simulator.approveAsSeller(world.opened[0] ?? '')).redirectedTo),
        ],
        'redirect-restored': [],
      },
      fix: [],
      run: { answers: { capture: 'paste' }, browser: () => Promise.resolve({ opened: true }) },
    });
    expect(person.shown.join('\n')).toContain(
      `The app’s Redirect URL is ${ottokitRedirectUrl}, not http://127.0.0.1:8718/`,
    );
    expect(outcome?.profile.app.redirectUrl).toBe(ottokitRedirectUrl);
  });
});

describe('with an existing connection,', () => {
  const approving = { authorize: [], 'redirect-restored': ['yes'], ottokit: ['yes'] };

  test.each([
    ['a revoked authorization', 'revoked'],
    ['an expired authorization', 'expired-refresh-token'],
  ] as const)('%s is replaced by authorizing again', async (_, scenario) => {
    const world = await connectedWorld();
    world.simulator.expireAccessTokens();
    world.simulator.setScenario(scenario);
    const run = await world.run({
      script: { fix: ['open'], 'redirected-address': [leavesOpen], ...approving },
      browser: (url) => {
        world.simulator.setScenario('approve');
        void world.simulator.approveAsSeller(url);
        return Promise.resolve({ opened: true });
      },
    });
    expect(run.outcome).toMatchObject({ outcome: 'connected', profile: { ottokit: { connected: true } } });
    expect(run.person.asked).toEqual(['fix', 'redirected-address', 'redirect-restored', 'ottokit']);
  });

  test('a wrong stored App Secret is the only value asked for', async () => {
    const world = await connectedWorld();
    const stale = await (
      await world.openStore()
    ).change('default', (profile) =>
      profile === undefined ? profile : { ...profile, app: { ...profile.app, appSecret: wrongSecret } },
    );
    expect(stale).toBeDefined();
    const secret = new Secret(world.simulator.app.appSecret);
    const script = { fix: ['app-secret'], 'app-secret': [secret], 'redirect-restored': ['yes'], ottokit: ['yes'] };
    const { person, outcome } = await world.run({ script });
    expect(person.asked).toEqual(['fix', 'app-secret', 'redirect-restored', 'ottokit']);
    expect(outcome?.profile.app.appSecret?.reveal()).toBe(secret.reveal());
    expect(world.opened).toHaveLength(1);
  });

  test('another App Secret, chosen as a value to change, needs no new authorization', async () => {
    const world = await connectedWorld();
    await (
      await world.openStore()
    ).change('default', (profile) => profile && { ...profile, app: { ...profile.app, appSecret: wrongSecret } });
    const secret = new Secret(world.simulator.app.appSecret);
    const { person } = await world.run({
      script: {
        ...{ fix: ['change', 'change'], change: ['back', 'app-secret'], 'app-secret': [secret] },
        ...{ 'redirect-restored': ['yes'], ottokit: ['yes'] },
      },
    });
    expect(person.asked.join()).toBe('fix,change,fix,change,app-secret,redirect-restored,ottokit');
    expect(world.opened).toHaveLength(1);
  });

  test.each([
    ['entered in the terminal', { fix: ['app-secret'], 'redirect-restored': ['yes'], ottokit: ['yes'] }],
    ['given by a flag', undefined],
  ] as const)('another App Secret, %s, is also used to refresh the access token', async (_, script) => {
    const world = await connectedWorld();
    await (
      await world.openStore()
    ).change('default', (profile) => profile && { ...profile, app: { ...profile.app, appSecret: wrongSecret } });
    world.simulator.expireAccessTokens();
    const secret = new Secret(world.simulator.app.appSecret);
    const { outcome, thrown } = await world.run({
      ...(script === undefined
        ? { answers: { appSecret: secret } }
        : { script: { ...script, 'app-secret': [secret] } }),
      through: refusingRefreshes,
    });
    expect(thrown).toBeUndefined();
    expect(outcome?.profile.app.appSecret?.reveal()).toBe(secret.reveal());
    expect(world.opened).toHaveLength(1);
  });

  test('a mistyped Redirect URL given by a flag is asked about once', async () => {
    const world = await connectedWorld();
    const { outcome, person } = await world.run({
      script: {
        'redirect-url': ['other'],
        connected: ['authorize'],
        'redirect-url-other': [world.redirectUrl],
        'redirected-address': [leavesOpen],
        'redirect-restored': ['yes'],
        ottokit: ['yes'],
      },
      answers: { redirectUrl: `${ottokitRedirectUrl}/` },
    });
    expect(person.asked.filter((id) => id === 'redirect-url')).toHaveLength(1);
    expect(outcome).toMatchObject({ outcome: 'connected' });
  });

  test('nothing changes if the user will come back later', async () => {
    const world = await connectedWorld();
    world.simulator.expireAccessTokens();
    world.simulator.setScenario('revoked');
    const before = await (await world.openStore()).profile('default');
    const { thrown } = await world.run({ script: { fix: ['later'] } });
    expect(codeOf(thrown)).toBe('access-token-invalid');
    expect(await (await world.openStore()).profile('default')).toEqual(before);
  });

  test('the region can be changed while authorizing again', async () => {
    const world = await connectedWorld();
    const { person } = await world.run({
      script: {
        ...{ connected: ['authorize'], 'redirected-address': [''], help: ['region'], 'region-change': ['change'] },
        account: ['waiting'],
      },
      browser: () => Promise.resolve({ opened: true }),
    });
    expect(person.asked).toEqual(['connected', 'redirected-address', 'help', 'region-change', 'account']);
    const stored = await (await world.openStore()).profile('default');
    expect(stored?.app.region).toBe('row');
    expect(stored?.pendingReplacement?.app.region).toBe(nextRegion('row'));
  });

  test('the user can try again if TikTok Shop can’t be reached', async () => {
    const world = await connectedWorld();
    let isDown = true;
    const again = (): Promise<string> => {
      isDown = false;
      return Promise.resolve('verify');
    };
    const { person, outcome } = await world.run({
      script: { ...approving, fix: [again] },
      through: (http) => async (request) =>
        isDown ? { answered: false, sent: false, reason: 'dns', detail: 'ENOTFOUND' } : await http(request),
    });
    expect(person.asked).toEqual(['fix', 'redirect-restored', 'ottokit']);
    expect(outcome?.outcome).toBe('connected');
    expect(world.opened).toHaveLength(1);
  });

  test('the user can authorize again if TikTok Shop refuses for an unknown reason', async () => {
    const world = await connectedWorld();
    const isRefused = (): boolean => world.opened.length < 2;
    const { person, outcome } = await world.run({
      script: { ...approving, fix: ['open'], 'redirected-address': [leavesOpen] },
      through: (http) => async (request) => {
        if (!isRefused() || !request.url.includes('/authorization/202309/shops')) return await http(request);
        const body = JSON.stringify({ code: 36009999, message: 'something new', request_id: '2026' });
        return { answered: true, status: 200, headers: {}, body };
      },
    });
    expect(person.asked.slice(0, 2)).toEqual(['fix', 'redirected-address']);
    expect(outcome?.outcome).toBe('connected');
  });

  test('a scope that was switched on later is granted by authorizing again', async () => {
    const world = await wizardWorld({ scenario: 'missing-scope' });
    await world.run({ answers: { ...flags(world), yes: true } });
    world.simulator.setScenario('approve');
    const run = await world.run({
      script: { connected: ['authorize'], 'redirected-address': [leavesOpen], ...approving },
    });
    expect(run.outcome?.profile.tokens?.grantedScopes).toContain('seller.order.info');
    expect(run.person.asked.slice(0, 2)).toEqual(['connected', 'redirected-address']);
  });

  test('the App Secret can be shown again if OttoKit doesn’t say it’s connected', async () => {
    const world = await connectedWorld();
    const run = await world.run({
      script: { connected: ['finish'], 'redirect-restored': ['yes'], ottokit: ['no', 'show-secret', 'yes'] },
    });
    expect(run.outcome?.profile.ottokit?.connected).toBe(true);
  });

  test('another shop is added under its own name', async () => {
    const world = await connectedWorld();
    const { region: _, ...seller } = readySeller(world);
    const run = await world.run({
      script: { ...seller, connected: ['another'], profile: ['default', 'shop-2'], region: ['GB'] },
    });
    expect(run.person.refusals).toEqual(['“default” is taken.']);
    expect(run.outcome).toMatchObject({ outcome: 'connected', profile: { name: 'shop-2' } });
    expect(await (await world.openStore()).names()).toEqual(['default', 'shop-2']);
  });

  test('an unfinished restart can be discarded, and the connection is unchanged', async () => {
    const world = await connectedWorld();
    const before = await (await world.openStore()).profile('default');
    const waits = await world.run({ script: { region: ['GB'], account: ['waiting'] }, answers: { restart: true } });
    expect(waits.outcome).toMatchObject({ outcome: 'connected', wasConnected: true });
    const left = await world.run({ script: { region: ['GB'], account: ['ready'] }, answers: { restart: true } });
    expect(left.thrown).toBeDefined();
    expect((await (await world.openStore()).profile('default'))?.pendingReplacement).toBeDefined();
    const later = await world.run({ script: { resume: ['later'] } });
    expect(later.outcome).toMatchObject({ outcome: 'connected', wasConnected: true });
    const { person } = await world.run({ script: { resume: ['keep'], connected: ['nothing'] } });
    person.expectNothingLeft();
    const after = await (await world.openStore()).profile('default');
    expect(after?.pendingReplacement).toBeUndefined();
    expect(after?.tokens?.accessToken.reveal()).toBe(before?.tokens?.accessToken.reveal());
  });
});

describe('if the answer can’t be captured, the wizard asks for a pasted address at once, with the reason:', () => {
  const pasting = (world: WizardWorld): Script => ({
    'redirected-address': [
      async () => {
        const { redirectedTo } = await world.simulator.approveAsSeller(world.opened[0] ?? '');
        return String(redirectedTo);
      },
    ],
  });
  const staysOpen = { browser: () => Promise.resolve({ opened: true as const }) };

  test('a busy port', async () => {
    const world = await wizardWorld();
    const squatter = createServer((_, response) => response.end());
    await new Promise<void>((resolve) =>
      squatter.listen(Number(new URL(world.redirectUrl).port), '127.0.0.1', resolve),
    );
    onTestFinished(() => void squatter.close());
    const { person } = await fixAndFinish(world, { script: pasting(world), fix: [], run: staysOpen });
    expect(person.shown.join('\n')).toMatch(/paste one address by hand: Port \d+ on this computer is in use/);
  });

  const ottokits: Script = {
    'app-created': ['ready'],
    'redirect-url': [],
    'redirect-url-other': [],
    'redirect-restored': [],
  };

  test('a listener for an address elsewhere', async () => {
    const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
    const { person } = await fixAndFinish(world, {
      script: {
        ...pasting(world),
        ...ottokits,
        'app-created': ['another', 'ready'],
        'redirect-url': ['ottokit'],
      },
      fix: [],
      run: { ...staysOpen, answers: { capture: 'listener' } },
    });
    // With OttoKit's Redirect URL, --port would be refused.
    expect(person.shown.join('\n')).toMatch(/isn’t an address of this computer\.$/m);
  });

  test('no browser for a separate window', async () => {
    const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
    const { person } = await fixAndFinish(world, {
      script: { ...pasting(world), ...ottokits },
      fix: [],
      run: staysOpen,
    });
    expect(person.shown.join('\n')).toContain('paste one address by hand: there is none.');
  });

  test('no browser at all', async () => {
    const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
    const { person } = await fixAndFinish(world, {
      script: { ...pasting(world), ...ottokits },
      fix: [],
      run: { browser: () => Promise.resolve({ opened: false, why: 'this terminal has no graphical display' }) },
    });
    expect(person.shown.join('\n')).toContain('No browser could be opened: this terminal has no graphical display.');
  });

  test('a policy that blocks the separate window', async () => {
    const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
    const { person } = await fixAndFinish(world, {
      script: {
        ...ottokits,
        'redirected-address': [
          async (shown) => {
            const address = shown.find((line) => line.includes('/open/authorize?')) ?? '';
            return String((await world.simulator.approveAsSeller(address)).redirectedTo);
          },
        ],
      },
      fix: [],
      run: {
        windows: {
          find: () => Promise.resolve({ browser: { name: 'Chromium', path: '/usr/bin/chromium' } as never }),
          open: () => Promise.resolve({ why: 'a policy of this computer sets its proxy' }),
        },
      },
    });
    const shown = person.shown.join('\n');
    expect(shown).toContain('couldn’t be opened: a policy of this computer sets its proxy.');
    expect(shown).toMatch(/copy the whole address .* That address also reaches OttoKit\./);
  });
});
