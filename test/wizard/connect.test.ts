import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isFailure } from '../../src/ground/errors.ts';
import { Secret } from '../../src/ground/secret.ts';
import { isConnected } from '../../src/store/model/profile.ts';
import { leavesOpen, type Scripted } from './person.ts';
import { wizardWorld, type WizardWorld } from './world.ts';

type Script = Record<string, readonly Scripted[]>;

/** Who goes through OttoKit's steps without a hitch, needing nothing of the program. */
const finishing: Script = {
  'open-ottokit': [false],
  'app-key-entered': [true],
  'app-secret-way': ['skip'],
  'service-id-entered': [true],
  'ottokit-connected': [true],
};

/** What a seller answers who has everything ready. */
function readySeller({ simulator, redirectUrl }: WizardWorld, more: Script = {}): Script {
  return {
    region: ['GB'],
    account: ['yes'],
    'redirect-url': ['other'],
    'redirect-url-other': [redirectUrl],
    'app-created': [true],
    scopes: [['430276', '430148', '431492', '430340', '431876', '434884', '435012']],
    'app-key': [simulator.app.appKey],
    'app-secret': [new Secret(simulator.app.appSecret)],
    'service-id': [simulator.app.serviceId],
    'redirected-address': [leavesOpen],
    ...finishing,
    'redirect-restored': [true],
    ...more,
  };
}

/** Everything by flags. */
function flags({ simulator, redirectUrl }: WizardWorld): {
  region: 'row';
  redirectUrl: string;
  appKey: string;
  appSecret: Secret;
  serviceId: string;
} {
  const { appKey, appSecret, serviceId } = simulator.app;
  return { region: 'row', redirectUrl, appKey, appSecret: new Secret(appSecret), serviceId };
}

const codeOf = (thrown: unknown): string => (isFailure(thrown) ? thrown.code : String(thrown));

describe('a value of an unusual shape', () => {
  const unusual = new Secret('Some-Thing-Else-0123456789');
  const accepted = async (world: WizardWorld): Promise<readonly string[] | undefined> =>
    (await (await world.openStore()).profile('default'))?.journal.unusualAccepted;

  test('that is wanted all the same is noted, asked about once, and forgotten when another one takes its place', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    const first = await world.run({
      script: readySeller(world, { 'app-secret': [unusual], 'app-secret-unusual': [true], 'authorize-again': [false] }),
    });
    expect(codeOf(first.thrown)).toBe('authorization-denied');
    expect(await accepted(world)).toEqual(['app-secret']);

    const again = await world.run({ answers: { ...flags(world), appSecret: unusual } });
    expect(again.person.told.join('\n')).not.toContain('An App Secret is usually');
    expect(await accepted(world)).toEqual(['app-secret']);

    await world.run({ answers: flags(world) });
    expect(await accepted(world)).toBeUndefined();
  });

  test('that is not wanted is asked for again, and nothing of it is kept', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        'app-secret': [unusual, new Secret(world.simulator.app.appSecret)],
        'app-secret-unusual': [false],
      }),
    });
    expect(outcome?.outcome).toBe('connected');
    person.expectNothingLeft();
    expect(await accepted(world)).toBeUndefined();
  });

  test('that was wanted stays so when everything is begun anew', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    await world.run({ answers: { ...flags(world), appSecret: unusual, yes: true } });
    expect(await accepted(world)).toEqual(['app-secret']);

    const anew = await world.run({ answers: { ...flags(world), appSecret: unusual, restart: true } });

    expect(anew.person.told.join('\n')).not.toContain('An App Secret is usually');
    expect(await accepted(world)).toEqual(['app-secret']);
  });
});

describe('a seller who has everything ready', () => {
  test('is asked each thing once and ends with a verified connection', async () => {
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

  test('sees the authorization address alone on a line before the browser opens', async () => {
    const world = await wizardWorld();
    const { person } = await world.run({ script: readySeller(world) });
    expect(person.told).toContain(world.opened[0]);
    expect(new URL(world.opened[0] ?? '').searchParams.get('state')).toMatch(/^[\w-]{43}$/);
  });

  test('never sees the secret unless asked for, and then alone on a line', async () => {
    const world = await wizardWorld();
    const silent = await world.run({ script: readySeller(world) });
    expect(silent.person.told.join('\n')).not.toContain(world.simulator.app.appSecret);
    const other = await wizardWorld();
    const shown = await other.run({
      script: readySeller(other, { 'app-secret-way': ['print'], 'app-secret-entered': [true] }),
    });
    expect(shown.person.told).toContain(other.simulator.app.appSecret);
  });
});

describe('without anybody to ask', () => {
  test('flags alone connect', async () => {
    const world = await wizardWorld();
    const { outcome, thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(thrown).toBeUndefined();
    expect(outcome).toMatchObject({ outcome: 'connected', already: false });
  });

  test('every missing flag is named at once', async () => {
    const world = await wizardWorld();
    const { thrown } = await world.run({});
    expect(codeOf(thrown)).toBe('missing-answers');
    const { message } = thrown as Error;
    for (const flag of ['--region', '--redirect-url', '--app-key', '--app-secret-stdin', '--service-id']) {
      expect(message).toContain(flag);
    }
  });

  test('what is stored need not be given again', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    const denied = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(denied.thrown)).toBe('authorization-denied');
    world.simulator.setScenario('approve');
    const again = await world.run({});
    expect(again.outcome?.outcome).toBe('connected');
  });

  test('paste alone is refused before anything opens', async () => {
    const world = await wizardWorld();
    const { thrown } = await world.run({ answers: { ...flags(world), capture: 'paste' } });
    expect(codeOf(thrown)).toBe('capture-impossible');
    expect(world.opened).toEqual([]);
  });
});

describe('a profile that is connected', () => {
  test('is verified by a real call and not authorized again', async () => {
    const world = await wizardWorld();
    await world.run({ answers: { ...flags(world), yes: true } });
    const calls = world.simulator.requests.length;
    const { outcome } = await world.run({});
    expect(outcome).toMatchObject({ outcome: 'connected', already: true });
    expect(world.opened).toHaveLength(1);
    expect(world.simulator.requests.slice(calls).map(({ path }) => path)).toEqual(['/authorization/202309/shops']);
  });

  test('is not passed over in silence when flags name another app', async () => {
    const world = await wizardWorld();
    await world.run({ answers: { ...flags(world), yes: true } });
    const { thrown } = await world.run({ answers: { serviceId: '7412345678901234567' } });
    expect(codeOf(thrown)).toBe('usage');
    expect((thrown as Error).message).toContain('--restart');
  });

  test('is taken as set back to OttoKit’s Redirect URL by who gives that one', async () => {
    const world = await wizardWorld();
    const first = await world.run({ answers: { ...flags(world), yes: true } });
    expect(first.outcome?.profile.journal.redirectToRestore).toBe(true);
    const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
    const { outcome } = await world.run({ answers: { redirectUrl } });
    expect(outcome?.profile).toMatchObject({ app: { redirectUrl }, journal: { redirectToRestore: false } });
  });

  test('stands while it is set up anew and that is not finished', async () => {
    const world = await wizardWorld();
    await world.run({ answers: { ...flags(world), yes: true } });
    world.simulator.setScenario('deny');
    const { thrown } = await world.run({ answers: { restart: true, yes: true } });
    expect(codeOf(thrown)).toBe('authorization-denied');
    const profile = await (await world.openStore()).profile('default');
    if (profile === undefined) throw new Error('the profile is gone');
    expect(isConnected(profile)).toBe(true);
    expect(profile.pendingReplacement).toBeDefined();
    world.simulator.setScenario('approve');
    const { outcome } = await world.run({});
    expect(outcome).toMatchObject({ outcome: 'connected', already: false });
    expect(outcome?.profile.pendingReplacement).toBeUndefined();
    expect(outcome?.profile.tokens?.accessToken.reveal()).toBe(world.simulator.issued.accessTokens.at(-1));
  });

  test('is asked everything again by --restart, with what is stored as the default', async () => {
    const world = await wizardWorld();
    await world.run({ answers: { ...flags(world), yes: true } });
    const { person, outcome } = await world.run({
      script: readySeller(world, { 'app-secret': [''] }),
      answers: { restart: true },
    });
    expect(outcome?.outcome).toBe('connected');
    person.expectNothingLeft();
  });
});

describe('an account that waits for approval', () => {
  test('is saved, and the next run asks only whether it was approved', async () => {
    const world = await wizardWorld();
    const first = await world.run({ script: { region: ['US'], account: ['waiting'] } });
    expect(first.outcome?.outcome).toBe('waiting for approval');
    const { region: _, ...rest } = readySeller(world);
    const second = await world.run({ script: { ...rest, account: ['yes'] } });
    expect(second.outcome).toMatchObject({ outcome: 'connected', profile: { app: { region: 'us', country: 'US' } } });
  });

  test('is told how to make one, and can go on at once when it was approved at once', async () => {
    const world = await wizardWorld();
    const script = readySeller(world, { account: ['no'], 'open-portal': [true], registered: ['yes'] });
    const { person, outcome } = await world.run({
      script,
      browser: (url) => {
        if (url.startsWith(world.simulator.origin)) void world.simulator.approveAsSeller(url);
        return Promise.resolve({ opened: true });
      },
    });
    expect(outcome?.outcome).toBe('connected');
    expect(world.opened[0]).toBe('https://partner.tiktokshop.com');
    expect(person.told.join('\n')).toMatch(/Seller in-house developer/);
  });
});

describe('interrupted at any question', () => {
  const questions = [
    'region',
    'account',
    'redirect-url',
    'scopes',
    'app-key',
    'app-secret',
    'service-id',
    'redirected-address',
  ];

  test.each(questions)('at %s, the next run goes on there and asks nothing twice', async (stop) => {
    const world = await wizardWorld();
    const script = readySeller(world);
    const interrupted = await world.run({
      script: { ...script, [stop]: [] },
      browser: () => Promise.resolve({ opened: true }),
    });
    expect(interrupted.outcome).toBeUndefined();
    const between = await (await world.openStore()).profile('default');
    expect(between !== undefined && isConnected(between)).toBe(false);

    const answered = interrupted.person.asked.filter((id) => id !== stop && id !== 'redirect-url-other');
    const rest = Object.fromEntries(Object.entries(script).filter(([id]) => !answered.includes(id)));
    const { person, outcome, thrown } = await world.run({ script: rest });
    expect(thrown).toBeUndefined();
    expect(outcome?.outcome).toBe('connected');
    expect(person.asked.filter((id) => answered.includes(id))).toEqual([]);
  });
});

describe('a choice that was wrong', () => {
  test('of the country is made again at the next question', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, { region: ['US', 'GB'], account: ['elsewhere', 'yes'] }),
    });
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { app: { region: 'row', country: 'GB' } } });
    person.expectNothingLeft();
  });

  test('of the Redirect URL is made again where the app is to have it', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        'redirect-url': ['ottokit', 'other'],
        'app-created': [false, false, true],
        'app-lacking': ['time', 'another'],
      }),
    });
    expect(outcome?.profile.journal.done.app).toBeDefined();
    expect(person.told).toContain('https://api.ottokit.com/tiktok_shop/connection');
    person.expectNothingLeft();
  });

  test('of no scope at all is asked about', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await world.run({
      script: readySeller(world, { scopes: [[], ['430276']], 'scopes-none': [false] }),
    });
    expect(outcome?.profile.journal.pendingScopes).toHaveLength(6);
    person.expectNothingLeft();
    const other = await wizardWorld();
    const none = await other.run({ script: readySeller(other, { scopes: [[]], 'scopes-none': [true] }) });
    expect(none.outcome?.profile.journal.pendingScopes).toHaveLength(7);
  });
});

describe('another region than before', () => {
  test('is asked anew for its account', async () => {
    const world = await wizardWorld();
    await world.run({ script: { region: ['GB'], account: ['waiting'] } });
    const { person } = await world.run({
      script: { account: ['elsewhere', 'no'], region: ['US'], 'open-portal': [false] },
    });
    expect(person.asked).toEqual(['account', 'region', 'account', 'open-portal', 'registered']);
  });

  test('drops the values of the other portal’s app, and tells nothing as done that is not', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    await world.run({ answers: { ...flags(world), yes: true } });
    const { person, thrown } = await world.run({ answers: { region: 'us' } });
    expect(codeOf(thrown)).toBe('missing-answers');
    for (const flag of ['--app-key', '--app-secret-stdin', '--service-id'])
      expect((thrown as Error).message).toContain(flag);
    expect(person.told).toEqual([]);
  });

  test('or Redirect URL or App Key is shown as it is given now', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    await world.run({ answers: { ...flags(world), redirectUrl: 'http://127.0.0.1:1/before', yes: true } });
    const { person } = await world.run({ answers: { ...flags(world), yes: true } });
    const told = person.told.join('\n');
    expect(told).toContain('1/7 Partner Center: all countries but the US (ROW)');
    expect(told).not.toContain('/before');
  });
});

describe('what was approved', () => {
  test('is told before OttoKit’s steps, with the scopes that are not granted', async () => {
    const world = await wizardWorld({ grantedScopes: ['seller.product.basic', 'seller.authorization.info'] });
    const { person } = await world.run({ script: readySeller(world) });
    const at = (part: string): number => person.told.findIndex((line) => line.includes(part));
    expect(at('Approved: ')).toBeGreaterThan(0);
    expect(at('Not granted: 430276 Order Information')).toBeGreaterThan(at('Approved: '));
    expect(at('7/7 Finish')).toBeGreaterThan(at('Not granted: '));
  });
});

describe('given for a profile that is connected,', () => {
  test('another App Secret is refused, the same one is not', async () => {
    const world = await wizardWorld();
    await world.run({ answers: { ...flags(world), yes: true } });
    const other = await world.run({ answers: { appSecret: new Secret('f'.repeat(40)) } });
    expect(codeOf(other.thrown)).toBe('usage');
    expect((other.thrown as Error).message).toContain('App Secret');
    expect((await world.run({ answers: flags(world) })).outcome).toMatchObject({ already: true });
  });
});

describe('without --yes or with it', () => {
  test('a Redirect URL that cannot be used is refused where nothing is asked', async () => {
    const world = await wizardWorld();
    const { thrown } = await world.run({ script: {}, answers: { ...flags(world), redirectUrl: 'ftp://x', yes: true } });
    expect(codeOf(thrown)).toBe('redirect-url-refused');
    expect(world.opened).toEqual([]);
  });

  test('--port is refused for OttoKit’s own Redirect URL', async () => {
    const world = await wizardWorld();
    const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
    const { thrown } = await world.run({ answers: { ...flags(world), redirectUrl, port: 8717, yes: true } });
    expect(codeOf(thrown)).toBe('usage');
    expect(world.opened).toEqual([]);
  });
});

test('commands that are told name the profile', async () => {
  const world = await wizardWorld({ scenario: 'no-shop-scope' });
  const { person } = await world.run({ answers: { ...flags(world), profile: 'second', yes: true } });
  expect(person.told.join('\n')).toContain('`ottokit-tiktok connect --profile second --restart`');
  expect(person.told.join('\n')).not.toMatch(/`ottokit-tiktok connect (?!--profile second)/);
});

test('an address that ends at OttoKit while the app was to answer here says what is wrong', async () => {
  const world = await wizardWorld();
  const { person } = await world.run({
    script: readySeller(world, {
      'redirected-address': [
        'https://api.ottokit.com/tiktok_shop/connection?code=TTP_x&state=y',
        async () => {
          void world.simulator.approveAsSeller(world.opened[0] ?? '');
          return await leavesOpen();
        },
      ],
    }),
    browser: () => Promise.resolve({ opened: true }),
  });
  expect(person.refusals).toEqual([expect.stringContaining('still has OttoKit’s Redirect URL')]);
});

describe('what TikTok Shop refuses', () => {
  test('an App Key that it complains about at the exchange stays what is proposed', async () => {
    const world = await wizardWorld({ scenario: 'wrong-app-key' });
    const { thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(thrown)).toBe('app-key-invalid');
    const profile = await (await world.openStore()).profile('default');
    expect(profile?.app.appKey).toBe(world.simulator.app.appKey);
    expect(profile?.journal.done.credentials).toBeUndefined();
  });

  test('a wrong secret shows at the signed call; the next run asks for the secret alone and keeps the tokens', async () => {
    const world = await wizardWorld();
    const wrong = 'f'.repeat(40);
    const { thrown } = await world.run({ answers: { ...flags(world), appSecret: new Secret(wrong), yes: true } });
    expect(codeOf(thrown)).toBe('app-secret-mismatch');
    expect((thrown as { requestId?: string }).requestId).toMatch(/\w{10}/);
    const { person, outcome } = await world.run({
      script: {
        'app-secret': [new Secret(world.simulator.app.appSecret)],
        ...finishing,
        'redirect-restored': [true],
      },
    });
    expect(outcome?.outcome).toBe('connected');
    expect(person.asked).toEqual(['app-secret', 'redirect-restored', ...Object.keys(finishing)]);
    expect(world.simulator.issued.accessTokens).toHaveLength(1);
  });

  test('an authorization for another app is not exchanged', async () => {
    const world = await wizardWorld({ scenario: 'other-app-key' });
    const { thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(thrown)).toBe('app-key-mismatch');
    expect(world.simulator.issued.accessTokens).toEqual([]);
  });

  test('a creator account is not stored', async () => {
    const world = await wizardWorld({ scenario: 'creator' });
    const { thrown } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(codeOf(thrown)).toBe('wrong-account-type');
    expect((await (await world.openStore()).profile('default'))?.tokens).toBeUndefined();
  });

  test('a list of shops without its scope leaves the connection standing, and says so', async () => {
    const world = await wizardWorld({ scenario: 'no-shop-scope' });
    const { person, outcome } = await world.run({ answers: { ...flags(world), yes: true } });
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { shops: [], journal: { shopsUnknown: true } } });
    expect(person.told.join('\n')).toContain('431812');
  });

  test('a denial is offered again, with a new state', async () => {
    const world = await wizardWorld({ scenario: 'deny' });
    const { outcome } = await world.run({
      script: readySeller(world, {
        'redirected-address': [leavesOpen, leavesOpen],
        'authorize-again': [true],
      }),
      browser: (url) => {
        if (world.opened.length === 2) world.simulator.setScenario('approve');
        void world.simulator.approveAsSeller(url);
        return Promise.resolve({ opened: true });
      },
    });
    expect(outcome?.outcome).toBe('connected');
    const states = world.opened.map((url) => new URL(url).searchParams.get('state'));
    expect(new Set(states).size).toBe(2);
  });
});

describe('paste', () => {
  test('takes the whole redirected address and refuses everything else with a sentence of its own', async () => {
    const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
    const world = await wizardWorld({ redirectUrl });
    const landed = async (): Promise<string> => {
      const address = world.opened[0] ?? '';
      const { redirectedTo } = await world.simulator.approveAsSeller(address);
      return String(redirectedTo);
    };
    const { person, outcome } = await world.run({
      script: readySeller(world, {
        'redirect-url': ['ottokit'],
        'redirect-url-other': [],
        'redirect-restored': [],
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
    expect(outcome?.profile.journal.redirectToRestore).toBe(false);
  });
});

test('the page says connected only after the tokens are stored', async () => {
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

test('the page says why when the exchange is refused', async () => {
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

test('the bytes on disk hold nothing secret in clear', async () => {
  const world = await wizardWorld();
  await world.run({ answers: { ...flags(world), yes: true } });
  const bytes = await readFile(join(world.directory, 'config', 'connections'));
  for (const secret of world.simulator.secrets()) {
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(Buffer.from(secret).toString('base64'))).toBe(false);
    expect(bytes.includes(Buffer.from(secret).toString('hex'))).toBe(false);
  }
});
