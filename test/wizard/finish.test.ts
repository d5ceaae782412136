import { describe, expect, test } from 'vitest';
import { mustSetBack } from '../../src/connection/redirect-url.ts';
import type { Clock } from '../../src/ground/io.ts';
import type { Secret } from '../../src/ground/secret.ts';
import { isConnected, type Profile } from '../../src/store/model/profile.ts';
import { pasteBoard } from './paste-board.ts';
import { leavesOpen } from './person.ts';
import { flags, ottokitRedirectUrl, type Script } from './scripts.ts';
import { connectedWorld, realClock, wizardWorld, type Run, type RunOptions, type WizardWorld } from './world.ts';

const finishing: Script = { 'redirect-restored': ['yes'], ottokit: ['yes'] };

/** One run in which flags answer everything except the finish. */
async function connectWith(world: WizardWorld, script: Script, options: RunOptions = {}): Promise<Run> {
  const authorizing = { 'scopes-on': ['all'], authorize: ['open'], 'redirected-address': [leavesOpen] };
  return await world.run({
    ...options,
    script: { ...authorizing, ...finishing, ...script },
    answers: { ...flags(world), ...options.answers },
  });
}

async function storedIn(world: WizardWorld): Promise<Profile | undefined> {
  return await (await world.openStore()).profile('default');
}

async function isSetBack(world: WizardWorld): Promise<boolean> {
  const profile = await storedIn(world);
  return profile !== undefined && !mustSetBack(profile);
}

/** Returns an answer that also records what `look` returns when the question is asked. */
const choosing = (choice: string, look: () => string, seen: string[]) => (): Promise<string> => {
  seen.push(look());
  return Promise.resolve(choice);
};

/** The real clock, except that a wait of 60 seconds ends when its entry in `minutes` is called. */
function clockWithoutMinutes(): { clock: Clock; minutes: (() => void)[] } {
  const minutes: (() => void)[] = [];
  const sleep: Clock['sleep'] = (ms, signal) =>
    ms === 60_000 ? new Promise((resolve) => minutes.push(resolve)) : realClock.sleep(ms, signal);
  return { clock: { ...realClock, sleep }, minutes };
}

describe('OttoKit’s steps', () => {
  test('offer each value on one screen, and copy the chosen one', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const seen: string[] = [];
    const then = (choice: string): (() => Promise<string>) => choosing(choice, () => clipboard.holds, seen);
    const { person, outcome } = await connectWith(
      world,
      {
        'redirect-restored': [then('yes')],
        ottokit: ['open', 'app-key', then('app-secret'), then('service-id'), then('yes')],
      },
      { clipboard },
    );
    const { appKey, appSecret, serviceId } = world.simulator.app;
    expect(outcome?.outcome).toBe('connected');
    expect(seen).toEqual([ottokitRedirectUrl, appKey, appSecret, serviceId]);
    expect(clipboard.history).toEqual(seen);
    expect(world.opened).toContain('https://app.ottokit.com');
    expect(person.shown).toContain(`${appKey} (copied)`);
    person.expectNothingLeft();
  });

  test('without a clipboard show each value on its own line, and never offer to copy it', async () => {
    const world = await wizardWorld();
    const { person, thrown } = await connectWith(world, { ottokit: ['app-secret'] });
    expect(String(thrown)).toContain('“app-secret” isn’t a choice');
    const { appKey, appSecret, serviceId } = world.simulator.app;
    expect(person.shown).toEqual(
      expect.arrayContaining([ottokitRedirectUrl, `${appKey} (App Key)`, `${serviceId} (Service ID)`]),
    );
    expect(person.shown.join('\n')).not.toContain(appSecret);
  });

  test('say “if your terminal allows it” when only the terminal was asked to copy', async () => {
    const world = await wizardWorld();
    const { person } = await connectWith(world, { ottokit: ['app-key', 'yes'] }, { clipboard: pasteBoard('terminal') });
    expect(person.shown).toContain(`${world.simulator.app.appKey} (copied, if your terminal allows it)`);
  });

  test('ask nothing and copy nothing with --yes', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const { person, outcome } = await connectWith(world, {}, { clipboard, answers: { yes: true } });
    expect(outcome?.outcome).toBe('connected');
    expect(person.asked).toEqual(['redirected-address']);
    expect(clipboard.history).toEqual([]);
    expect(person.shown).toEqual(
      expect.arrayContaining([ottokitRedirectUrl, `${world.simulator.app.serviceId} (Service ID)`]),
    );
  });
});

describe('the App Secret', () => {
  test('is removed from the clipboard before the next value is copied', async () => {
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
    const script = { ottokit: ['app-secret', 'service-id', 'yes'] };
    const { person } = await connectWith(world, script, { clipboard: watched });
    expect(clipboard.history).toContain(world.simulator.app.appSecret);
    expect(seen.at(-1)).toBe('');
    expect(person.shown.join('\n')).not.toContain(world.simulator.app.appSecret);
  });

  test('is still on the clipboard after OttoKit is opened, where it is pasted', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const held: string[] = [];
    await connectWith(
      world,
      { ottokit: ['app-secret', 'open', choosing('yes', () => clipboard.holds, held)] },
      { clipboard },
    );
    expect(held).toEqual([world.simulator.app.appSecret]);
    expect(clipboard.holds).toBe('');
  });

  test('is removed from the clipboard after 60 seconds, with a message', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const { clock, minutes } = clockWithoutMinutes();
    const held: string[] = [];
    const { person } = await connectWith(
      world,
      {
        ottokit: [
          'app-secret',
          async (shown) => {
            held.push(clipboard.holds);
            minutes[0]?.();
            await expect.poll(() => shown.join('\n')).toMatch(/removed from the clipboard/);
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

  test('stays on the clipboard for another 60 seconds if it is copied again', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const { clock, minutes } = clockWithoutMinutes();
    const held: string[] = [];
    const afterTheFirstMinute = async (): Promise<string> => {
      minutes[0]?.();
      await new Promise((resolve) => setImmediate(resolve));
      held.push(clipboard.holds);
      return 'yes';
    };
    await connectWith(world, { ottokit: ['app-secret', 'app-secret', afterTheFirstMinute] }, { clipboard, clock });
    expect(minutes).toHaveLength(2);
    expect(held).toEqual([world.simulator.app.appSecret]);
  });

  test('is removed from the clipboard when the user leaves', async () => {
    const world = await wizardWorld();
    const clipboard = pasteBoard();
    const interrupted = new AbortController();
    const leave = (): Promise<string> => {
      interrupted.abort(new Error('Ctrl-C'));
      return leavesOpen();
    };
    const script = { ottokit: ['app-secret', leave] };
    const { thrown } = await connectWith(world, script, { clipboard, signal: interrupted.signal });
    expect(String(thrown)).toContain('canceled');
    expect(clipboard.history).toContain(world.simulator.app.appSecret);
    expect(clipboard.holds).toBe('');
  });

  test('can be shown if it can’t be copied', async () => {
    const world = await wizardWorld();
    const script = { ottokit: ['app-secret', 'show-secret', 'yes'] };
    const { person } = await connectWith(world, script, { clipboard: pasteBoard(null) });
    expect(person.shown).toEqual(
      expect.arrayContaining([expect.stringContaining('couldn’t be copied'), world.simulator.app.appSecret]),
    );
    person.expectNothingLeft();
  });
});

describe('OttoKit’s answer', () => {
  test('“connected” is stored with its date', async () => {
    const world = await wizardWorld();
    const { outcome } = await connectWith(world, {});
    expect(outcome?.profile.ottokit).toEqual({ connected: true, confirmedAt: expect.any(Number) as number });
  });

  test('“not connected” is stored too, and shows the two causes in the guide', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await connectWith(world, { ottokit: ['no', 'later'] });
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { ottokit: { connected: false } } });
    const shown = person.shown.slice(person.shown.indexOf('The usual causes:')).join('\n');
    expect(shown).toContain(`The Service ID is ${world.simulator.app.serviceId}`);
    expect(shown).toContain(ottokitRedirectUrl);
    const profile = await storedIn(world);
    expect(profile !== undefined && isConnected(profile)).toBe(true);

    const again = await world.run({ script: { connected: ['finish'], ottokit: ['yes'] } });
    expect(again.outcome).toMatchObject({ wasConnected: true, profile: { ottokit: { connected: true } } });
    again.person.expectNothingLeft();
  });

  test('“not connected” replaces an earlier “connected”, even if the user then goes back and changes a value', async () => {
    const world = await wizardWorld();
    await connectWith(world, {});
    const { person, outcome } = await world.run({
      script: {
        connected: ['finish', 'change'],
        ottokit: ['no', 'back'],
        change: ['service-id'],
        'service-id': [world.simulator.app.serviceId],
      },
    });
    expect(outcome?.profile.ottokit?.connected).toBe(false);
    person.expectNothingLeft();
  });

  test('isn’t stored if the user will come back later', async () => {
    const world = await wizardWorld();
    const { outcome } = await connectWith(world, { ottokit: ['later'] });
    expect(outcome?.outcome).toBe('connected');
    expect(outcome?.profile.ottokit).toBeUndefined();
  });
});

describe('a Redirect URL that isn’t OttoKit’s', () => {
  test('must be set back before OttoKit’s steps are shown', async () => {
    const world = await wizardWorld();
    const { person, outcome } = await connectWith(world, { 'redirect-restored': ['later'] });
    expect(outcome).toMatchObject({ outcome: 'connected', profile: { app: { redirectUrl: world.redirectUrl } } });
    expect(person.asked).not.toContain('ottokit');
    expect(person.shown.join('\n')).not.toContain('Save & Authorize');

    const sure = await world.run({
      script: { connected: ['finish'], 'redirect-restored': ['open', 'yes'], ottokit: ['yes'] },
    });
    expect(sure.outcome?.profile).toMatchObject({
      app: { redirectUrl: ottokitRedirectUrl },
      journal: { redirectSetBack: world.redirectUrl },
    });
    expect(world.opened.at(-1)).toMatch(/^https:\/\/partner\.tiktokshop\.com\/service\/gather/);
    const silent = await world.run({ script: { connected: ['nothing'] } });
    expect(silent.person.asked).toEqual(['connected']);
  });

  test('isn’t forgotten if the user leaves before the end', async () => {
    const world = await wizardWorld();
    const { thrown } = await connectWith(world, { 'redirect-restored': [] });
    expect(thrown).toBeDefined();
    expect(await isSetBack(world)).toBe(false);
  });

  test('isn’t asked about without a terminal or with --yes', async () => {
    const world = await wizardWorld();
    await connectWith(world, {}, { answers: { yes: true } });
    const asked = await world.run({ script: {}, answers: { yes: true } });
    expect(asked.person.asked).toEqual([]);
    const alone = await world.run({});
    expect(alone.outcome && mustSetBack(alone.outcome.profile)).toBe(true);
  });

  test('isn’t asked about again if its flag is given again', async () => {
    const world = await wizardWorld();
    await connectWith(world, {});
    const { redirectUrl } = world;
    const setBack = { app: { redirectUrl: ottokitRedirectUrl } };
    const asked = await world.run({ script: { connected: ['finish'], ottokit: ['yes'] }, answers: { redirectUrl } });
    expect(asked.person.asked).toEqual(['connected', 'ottokit']);
    expect(asked.outcome?.profile).toMatchObject(setBack);
    const alone = await world.run({ answers: { redirectUrl } });
    expect(alone.outcome?.profile).toMatchObject(setBack);
  });

  test('isn’t asked about again, despite its flag, if only the verification is repeated', async () => {
    const world = await wizardWorld();
    await connectWith(world, {});
    const { redirectUrl } = world;
    let isDown = true;
    const again = (): Promise<string> => {
      isDown = false;
      return Promise.resolve('verify');
    };
    const { outcome, person } = await world.run({
      script: { fix: [again] },
      answers: { redirectUrl },
      through: (http) => async (request) =>
        isDown ? { answered: false, sent: false, reason: 'dns', detail: 'ENOTFOUND' } : await http(request),
    });
    expect(person.asked).toEqual(['fix']);
    expect(outcome?.profile).toMatchObject({ app: { redirectUrl: ottokitRedirectUrl } });
  });

  test('is kept if the user goes back from the question about a mistyped flag', async () => {
    const world = await connectedWorld();
    const { person } = await world.run({
      script: { 'redirect-url': ['back'], connected: ['nothing'] },
      answers: { redirectUrl: `${ottokitRedirectUrl}/` },
    });
    expect(person.asked).toEqual(['redirect-url', 'connected']);
    expect((await storedIn(world))?.app.redirectUrl).toBe(world.redirectUrl);
    expect(await isSetBack(world)).toBe(false);
  });

  test('is used if the user authorizes again with its flag', async () => {
    const world = await wizardWorld();
    await connectWith(world, {});
    const { redirectUrl } = world;
    const { outcome } = await world.run({
      script: { connected: ['authorize'], 'redirected-address': [leavesOpen] },
      answers: { redirectUrl },
    });
    expect(outcome?.profile).toMatchObject({ app: { redirectUrl } });
    expect(await isSetBack(world)).toBe(false);
  });

  test('must be set back again if it was used again', async () => {
    const world = await wizardWorld();
    await connectWith(world, {});
    expect(await isSetBack(world)).toBe(true);
    expect((await storedIn(world))?.app.redirectUrl).toBe(ottokitRedirectUrl);
    await world.run({ answers: { restart: true, yes: true, redirectUrl: world.redirectUrl } });
    expect(await isSetBack(world)).toBe(false);
  });
});
