import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { leavesOpen } from './person.ts';
import { flags, ottokitRedirectUrl, readySeller, type Script } from './scripts.ts';
import { connectedWorld, wizardWorld, type WizardWorld } from './world.ts';

const otherServiceId = '7412345678901234567';
const otherApp = { appKey: '6abcdefghijkl', appSecret: 'f'.repeat(40), serviceId: otherServiceId };

const storedIn = async (world: WizardWorld): Promise<Profile | undefined> =>
  await (await world.openStore()).profile('default');

describe('a value given by a flag', () => {
  test('can be changed by going back to its step', async () => {
    const world = await wizardWorld();
    const { person } = await world.run({
      script: {
        'scopes-on': ['all'],
        authorize: ['back', 'later'],
        'app-key': [''],
        'app-secret': [''],
        'service-id': [otherServiceId],
      },
      answers: flags(world),
    });
    person.expectNothingLeft();
    expect((await storedIn(world))?.app.serviceId).toBe(otherServiceId);
  });

  test('is used in the other region too, if only the region was wrong', async () => {
    const world = await wizardWorld();
    const { person } = await world.run({
      script: {
        'scopes-on': ['all', 'all'],
        authorize: ['change', 'later'],
        change: ['region'],
        'region-change': ['change'],
      },
      answers: { ...flags(world), region: 'us' },
    });
    person.expectNothingLeft();
    const { appKey, serviceId } = world.simulator.app;
    expect((await storedIn(world))?.pendingReplacement?.app).toMatchObject({ region: 'row', appKey, serviceId });
  });

  test('doesn’t replace what the user chose instead', async () => {
    const world = await wizardWorld();
    const { redirectUrl } = world;
    const { person } = await world.run({
      script: {
        region: ['GB'],
        account: ['ready'],
        'app-created': ['another', 'ready', 'ready'],
        'redirect-url': ['ottokit'],
        'scopes-on': ['back', 'later'],
      },
      answers: { redirectUrl },
    });
    person.expectNothingLeft();
    expect((await storedIn(world))?.app.redirectUrl).toBe(ottokitRedirectUrl);
  });
});

describe('changing the region', () => {
  const entering: Script = {
    account: ['ready'],
    'app-created': ['ready'],
    'scopes-on': ['all'],
    'app-key': [otherApp.appKey],
    'app-key-again': ['use anyway'],
    'app-secret': [new Secret(otherApp.appSecret)],
    'service-id': [otherApp.serviceId],
  };

  test('back asks first too, and the values come back with the region', async () => {
    const world = await wizardWorld();
    await world.run({ script: readySeller(world, { authorize: ['later'] }) });
    const { person, outcome } = await world.run({
      script: {
        ...entering,
        authorize: ['change', 'change', 'change', 'later'],
        change: ['region', 'region', 'region'],
        'region-change': ['change', 'change', 'change'],
      },
    });
    person.expectNothingLeft();
    expect(outcome?.outcome).toBe('saved');
    const warnings = person.shown.filter((text) => text.includes('Changing the region sets aside'));
    expect(warnings).toEqual([
      expect.stringContaining(`App Key ${world.simulator.app.appKey}`),
      expect.stringMatching(/App Key 6abcdefghijkl.*before you quit\.$/),
      expect.stringContaining(`App Key ${world.simulator.app.appKey}`),
    ]);
    const { serviceId, appKey } = otherApp;
    expect((await storedIn(world))?.pendingReplacement?.app).toMatchObject({ region: 'us', serviceId, appKey });
  });

  test('back to that of a connection asks first, and then keeps the connection', async () => {
    const world = await connectedWorld();
    await world.run({
      script: { ...entering, region: ['US'], 'region-change': ['change'], authorize: ['later'] },
      answers: { restart: true },
    });
    const { person, outcome } = await world.run({
      script: {
        resume: ['continue'],
        authorize: ['change'],
        change: ['region'],
        'region-change': ['change'],
        'redirect-restored': ['later'],
      },
    });
    person.expectNothingLeft();
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { app: { region: 'row' } } });
    expect(person.shown.join('\n')).toMatch(/App Key 6abcdefghijkl.*before you quit\./);
  });

  test('during --restart still shows the steps for the app, even if a flag gives the Service ID', async () => {
    const world = await wizardWorld();
    await world.run({ script: { region: ['GB'], account: ['ready'], 'app-created': ['later'] } });
    const { person } = await world.run({
      script: { region: ['US'], account: ['ready'], 'app-created': ['later'] },
      answers: { restart: true, serviceId: world.simulator.app.serviceId },
    });
    person.expectNothingLeft();
  });

  test('with a flag doesn’t leave a country of the other region', async () => {
    const world = await wizardWorld();
    await world.run({ script: { region: ['GB'], account: ['waiting'] } });
    await world.run({ script: { account: ['ready'], 'app-created': ['later'] }, answers: { region: 'us' } });
    const { person } = await world.run({ script: { resume: ['later'] } });
    expect(person.shown).toContain('done: Step 1 of 6 · Your shop: United States');
  });
});

describe('a new setup beside the stored one', () => {
  test('can be discarded while it waits for approval', async () => {
    const world = await connectedWorld();
    await world.run({ script: { region: ['GB'], account: ['waiting'] }, answers: { restart: true } });
    const { person } = await world.run({ script: { resume: ['keep'], connected: ['nothing'] } });
    person.expectNothingLeft();
    expect((await storedIn(world))?.pendingReplacement).toBeUndefined();
  });

  test('offers no connection to keep if the shop was never connected', async () => {
    const world = await wizardWorld();
    await world.run({ script: readySeller(world, { authorize: ['later'] }) });
    await world.run({
      script: {
        authorize: ['change'],
        change: ['region'],
        'region-change': ['change'],
        account: ['ready'],
        'app-created': ['later'],
      },
    });
    const { thrown } = await world.run({ script: { resume: ['keep'] } });
    expect(String(thrown)).toContain('“keep” isn’t a choice for “resume”');
  });

  test('doesn’t stop --reauthorize from renewing the connection', async () => {
    const world = await connectedWorld();
    await world.run({
      script: { region: ['US'], 'region-change': ['change'], account: ['ready'], 'app-created': ['later'] },
      answers: { restart: true },
    });
    expect((await storedIn(world))?.pendingReplacement?.app.region).toBe('us');
    const { outcome, thrown } = await world.run({ answers: { reauthorize: true } });
    expect(thrown).toBeUndefined();
    expect(outcome).toMatchObject({ outcome: 'connected', wasConnected: false, profile: { app: { region: 'row' } } });
    expect(world.opened).toHaveLength(2);
  });
});

describe('“Go back”', () => {
  test('from each choice for a connected profile leads back to the menu', async () => {
    const world = await connectedWorld();
    world.simulator.setScenario('deny');
    const { person, outcome } = await world.run({
      script: {
        connected: ['change', 'authorize', 'finish', 'nothing'],
        change: ['back'],
        'redirected-address': [leavesOpen],
        fix: ['back'],
        'redirect-restored': ['back'],
      },
    });
    expect(outcome).toMatchObject({ outcome: 'connected', wasConnected: true });
    person.expectNothingLeft();
    expect(person.asked.join()).toBe(
      'connected,change,connected,redirected-address,fix,connected,redirect-restored,connected',
    );
  });

  test('from an App Key that TikTok Shop doesn’t know restores the old one without asking again', async () => {
    const world = await connectedWorld();
    const { person, outcome } = await world.run({
      script: {
        connected: ['change', 'nothing'],
        change: ['app-key'],
        'app-key': [otherApp.appKey],
        'app-key-again': ['back'],
      },
    });
    expect(person.asked.join()).toBe('connected,change,app-key,app-key-again,connected');
    expect(outcome).toMatchObject({ outcome: 'connected', wasConnected: true });
    expect((await storedIn(world))?.pendingReplacement).toBeUndefined();
    const next = await world.run({ script: { connected: ['nothing'] } });
    expect(next.person.asked).toEqual(['connected']);
  });

  test('from OttoKit’s steps doesn’t bring back the Redirect URL of a flag', async () => {
    const world = await connectedWorld();
    const { person } = await world.run({
      script: {
        connected: ['finish', 'authorize', 'nothing'],
        'redirect-restored': ['yes'],
        ottokit: ['back'],
        'redirected-address': [''],
        help: ['later'],
      },
      answers: { redirectUrl: world.redirectUrl },
    });
    // OttoKit's Redirect URL leads nowhere on this computer.
    expect(person.shown.join('\n')).toContain('You’ll need to paste one address by hand');
  });

  test('from OttoKit’s steps to the credentials leaves a connection that works', async () => {
    const world = await wizardWorld();
    const first = await world.run({
      script: {
        'scopes-on': ['all'],
        authorize: ['open', 'back', 'later'],
        'redirected-address': [leavesOpen],
        'redirect-restored': ['back'],
        'app-key': [''],
        'app-secret': [''],
        'service-id': [''],
      },
      answers: flags(world),
    });
    expect(first.outcome?.outcome).toBe('connected');
    const { person } = await world.run({ script: { resume: ['keep'], connected: ['nothing'] } });
    expect(person.asked).toEqual(['resume', 'connected']);
    expect(world.opened).toHaveLength(1);
  });
});
