import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { isConnected, type Profile } from '../../src/store/model/profile.ts';
import { pasteBoard } from './paste-board.ts';
import { leavesOpen, type Scripted } from './person.ts';
import { realClock, wizardWorld, type Run, type Visit, type WizardWorld } from './world.ts';

const ottokitRedirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

type Script = Record<string, readonly Scripted[]>;

/** Authorizes, and then goes through OttoKit's steps without a hitch. */
const authorizing: Script = {
  scopes: [['430276', '430148', '431492', '430340', '431876', '434884', '435012']],
  'redirected-address': [leavesOpen],
};
const finishing: Script = {
  'redirect-restored': [true],
  'open-ottokit': [false],
  'app-key-entered': [true],
  'app-secret-way': ['skip'],
  'service-id-entered': [true],
  'ottokit-connected': [true],
};

/** One run in which everything but the finish is answered by flags. */
async function connectWith(world: WizardWorld, script: Script, visit: Visit = {}): Promise<Run> {
  const { appKey, appSecret, serviceId } = world.simulator.app;
  return await world.run({
    ...visit,
    script: { ...authorizing, ...finishing, ...script },
    answers: {
      region: 'row',
      redirectUrl: world.redirectUrl,
      appKey,
      appSecret: new Secret(appSecret),
      serviceId,
      ...visit.answers,
    },
  });
}

async function storedIn(world: WizardWorld): Promise<Profile | undefined> {
  return await (await world.openStore()).profile('default');
}

/** Answers yes, and keeps what the clipboard held when it was asked. */
const yesSeeing = (look: () => string, seen: string[]) => (): Promise<string> => {
  seen.push(look());
  return Promise.resolve('yes');
};

/** The real clock, but a wait of 60 seconds ends when its entry among `minutes` is called. */
function clockWithoutMinutes(): { clock: Clock; minutes: (() => void)[] } {
  const minutes: (() => void)[] = [];
  const sleep: Clock['sleep'] = (ms, signal) =>
    ms === 60_000 ? new Promise((resolve) => minutes.push(resolve)) : realClock.sleep(ms, signal);
  return { clock: { ...realClock, sleep }, minutes };
}

describe('OttoKit’s steps', () => {
  test('come one at a time, each value on the clipboard while it is asked for', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const seen: string[] = [];
    const yes = yesSeeing(() => clipboard.holds, seen);
    const { person, outcome } = await connectWith(
      world,
      {
        'redirect-restored': [yes],
        'open-ottokit': [true],
        'app-key-entered': [yes],
        'app-secret-way': ['copy'],
        'app-secret-entered': [yes],
        'service-id-entered': [yes],
      },
      { clipboard },
    );
    const { appKey, appSecret, serviceId } = world.simulator.app;
    expect(outcome?.outcome).toBe('connected');
    expect(seen).toEqual([ottokitRedirectUrl, appKey, appSecret, serviceId]);
    expect(clipboard.history).toEqual(seen);
    expect(world.opened).toContain('https://app.ottokit.com');
    expect(person.asked.slice(-7)).toEqual([
      'redirect-restored',
      'open-ottokit',
      'app-key-entered',
      'app-secret-way',
      'app-secret-entered',
      'service-id-entered',
      'ottokit-connected',
    ]);
    person.expectNothingLeft();
  });

  test('without a clipboard show each value alone on a line, and never offer to copy', async () => {
    const world = await wizardWorld();
    const { person, thrown } = await connectWith(world, { 'app-secret-way': ['copy'] });
    expect(String(thrown)).toContain('“copy” is no choice');
    const { appKey, appSecret, serviceId } = world.simulator.app;
    expect(person.told).toEqual(expect.arrayContaining([ottokitRedirectUrl, appKey]));
    const again = await world.run({ script: { ...finishing, 'redirect-restored': [] } });
    expect(again.person.told).toEqual(expect.arrayContaining([appKey, serviceId]));
    expect([...person.told, ...again.person.told].join('\n')).not.toContain(appSecret);
  });

  test('are copied and shown again for whoever has not entered a value', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const { person } = await connectWith(world, { 'app-key-entered': [false, true] }, { clipboard });
    const { appKey } = world.simulator.app;
    expect(clipboard.history.filter((text) => text === appKey)).toHaveLength(2);
    expect(person.told.filter((line) => line === appKey)).toHaveLength(2);
  });

  test('show a value that only a terminal was asked to copy, and say that it may not have', async () => {
    const world = await wizardWorld();
    const { person } = await connectWith(world, {}, { clipboard: pasteBoard('terminal') });
    expect(person.told).toEqual(
      expect.arrayContaining(['2. App Key (copied, if your terminal allows it):', world.simulator.app.appKey]),
    );
  });

  test('ask nothing and copy nothing with --yes', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const { person, outcome } = await connectWith(world, {}, { clipboard, answers: { yes: true } });
    expect(outcome?.outcome).toBe('connected');
    expect(person.asked).toEqual(['redirected-address']);
    expect(clipboard.history).toEqual([]);
    expect(person.told).toEqual(expect.arrayContaining([ottokitRedirectUrl, world.simulator.app.serviceId]));
  });
});

describe('the App Secret', () => {
  test('is off the clipboard before the next value is on it', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const seen: string[] = [];
    const original = clipboard.copy.bind(clipboard);
    const watched = {
      ...clipboard,
      copy: (text: string | Secret) => {
        seen.push(clipboard.holds);
        return original(text);
      },
    };
    const script = { 'app-secret-way': ['copy'], 'app-secret-entered': [true] };
    const { person } = await connectWith(world, script, { clipboard: watched });
    expect(clipboard.history).toContain(world.simulator.app.appSecret);
    expect(seen.at(-1)).toBe('');
    expect(person.told.join('\n')).not.toContain(world.simulator.app.appSecret);
  });

  test('is taken off the clipboard after 60 seconds, and that is told', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const { clock, minutes } = clockWithoutMinutes();
    const held: string[] = [];
    const { person } = await connectWith(
      world,
      {
        'app-secret-way': ['copy'],
        'app-secret-entered': [
          async (told) => {
            held.push(clipboard.holds);
            minutes[0]?.();
            await expect.poll(() => told.join('\n')).toMatch(/time on the clipboard is up/);
            held.push(clipboard.holds);
            return 'yes';
          },
        ],
      },
      { clipboard, clock },
    );
    expect(held).toEqual([world.simulator.app.appSecret, '']);
    person.expectNothingLeft();
  });

  test('copied a second time has its 60 seconds again', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const { clock, minutes } = clockWithoutMinutes();
    const held: string[] = [];
    await connectWith(
      world,
      {
        'app-secret-way': ['copy', 'copy'],
        'app-secret-entered': [
          false,
          async () => {
            minutes[0]?.();
            await new Promise((resolve) => setImmediate(resolve));
            held.push(clipboard.holds);
            return 'yes';
          },
        ],
      },
      { clipboard, clock },
    );
    expect(minutes).toHaveLength(2);
    expect(held).toEqual([world.simulator.app.appSecret]);
  });

  test('is taken off the clipboard when the program is left meanwhile', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const interrupted = new AbortController();
    const script = {
      'app-secret-way': ['copy'],
      'app-secret-entered': [
        () => {
          interrupted.abort(new Error('Ctrl-C'));
          return leavesOpen();
        },
      ],
    };
    const { thrown } = await connectWith(world, script, { clipboard, signal: interrupted.signal });
    expect(String(thrown)).toContain('withdrawn');
    expect(clipboard.history).toContain(world.simulator.app.appSecret);
    expect(clipboard.holds).toBe('');
  });

  test('that no clipboard takes is offered in print', async () => {
    const world = await wizardWorld();
    const { person } = await connectWith(
      world,
      { 'app-secret-way': ['copy', 'print'], 'app-secret-entered': [true] },
      { clipboard: pasteBoard(null) },
    );
    expect(person.told).toEqual(
      expect.arrayContaining(['warning: No clipboard took it.', world.simulator.app.appSecret]),
    );
    person.expectNothingLeft();
  });
});

describe('“Did OttoKit say connected?”', () => {
  test('yes is kept', async () => {
    const world = await wizardWorld();
    await connectWith(world, {});
    const time = expect.any(Number) as number;
    expect(await storedIn(world)).toMatchObject({
      ottokit: { connected: true, confirmedAt: time },
      journal: { done: { finish: time } },
    });
  });

  test('no leads to the two causes and doctor, and the next run goes through the steps again', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await connectWith(world, { 'ottokit-connected': [false] });
    expect(outcome?.outcome).toBe('connected');
    const told = person.told.slice(person.told.findIndex((line) => line.startsWith('5. ')));
    expect(told).toEqual(expect.arrayContaining([world.simulator.app.serviceId, ottokitRedirectUrl]));
    expect(told.join('\n')).toMatch(/not the App Key[^]*to the letter[^]*`ottokit-tiktok doctor`/);
    const profile = await (await world.openStore()).profile('default');
    expect(profile !== undefined && isConnected(profile)).toBe(true);
    expect(profile?.ottokit?.connected).toBe(false);

    const again = await world.run({ script: { ...finishing, 'redirect-restored': [] } });
    expect(again.outcome).toMatchObject({ outcome: 'connected', already: true });
    again.person.expectNothingLeft();
    expect((await storedIn(world))?.ottokit?.connected).toBe(true);
  });
});

describe('a Redirect URL that is not OttoKit’s', () => {
  test('is to be set back before OttoKit’s steps, and counts as set back only when the person says so', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await connectWith(world, { 'redirect-restored': [false, false] });
    expect(person.told.indexOf(ottokitRedirectUrl)).toBeLessThan(person.told.indexOf(world.simulator.app.appKey));
    expect(person.told.join('\n')).toContain('`ottokit-tiktok doctor redirect`');
    expect(outcome?.profile).toMatchObject({ journal: { redirectToRestore: true }, ottokit: { connected: true } });

    const unsure = await world.run({ script: { 'redirect-restored': [false] } });
    unsure.person.expectNothingLeft();
    expect(unsure.person.told).toContain(ottokitRedirectUrl);
    const sure = await world.run({ script: { 'redirect-restored': [true] } });
    expect(sure.outcome?.profile.journal.redirectToRestore).toBe(false);
    const silent = await world.run({ script: {} });
    expect(silent.person.asked).toEqual([]);
  });

  test('is asked about again when OttoKit said connected', async () => {
    const world = await wizardWorld();
    const { person } = await connectWith(world, { 'redirect-restored': [false, true] });
    expect(person.asked.slice(-2)).toEqual(['ottokit-connected', 'redirect-restored']);
    expect((await storedIn(world))?.journal.redirectToRestore).toBe(false);
  });

  test('is not forgotten when the program is left before the end', async () => {
    const world = await wizardWorld();
    const { thrown } = await connectWith(world, { 'redirect-restored': [] });
    expect(thrown).toBeDefined();
    expect((await storedIn(world))?.journal.redirectToRestore).toBe(true);
  });

  test('is asked about by nobody where nobody can be asked, or with --yes', async () => {
    const world = await wizardWorld();
    await connectWith(world, {}, { answers: { yes: true } });
    const asked = await world.run({ script: {}, answers: { yes: true } });
    expect(asked.person.asked).toEqual([]);
    const alone = await world.run({});
    expect(alone.outcome?.profile.journal.redirectToRestore).toBe(true);
  });

  test('is to be set back again when it was used again', async () => {
    const world = await wizardWorld();
    await connectWith(world, {});
    expect((await storedIn(world))?.journal.redirectToRestore).toBe(false);
    const restored = await (await world.openStore()).profile('default');
    expect(restored?.app.redirectUrl).toBe('https://api.ottokit.com/tiktok_shop/connection');
    await world.run({ answers: { restart: true, yes: true, redirectUrl: world.redirectUrl } });
    expect((await storedIn(world))?.journal.redirectToRestore).toBe(true);
  });
});
