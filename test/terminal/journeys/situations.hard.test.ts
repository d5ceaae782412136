import { createServer } from 'node:http';
import { describe, expect, test as baseTest, vi } from 'vitest';
import type { Visit } from '../../journeys/reference-grants.ts';
import { ordinaryScopes, type ReferenceShop } from '../../journeys/reference-shop.ts';
import { appFlags, statusOf } from '../../journeys/journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';
import { keys } from '../pty.ts';
import type { TerminalSession, Window } from './terminal-session.ts';
import { answerAll, journeyIn, type Turn } from './window-journey.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

interface Situation {
  /** The results of the first visits to TikTok Shop's page. Later visits are approved. */
  readonly visits?: readonly Visit[];
  /** What happened to an earlier connection of the shop. */
  readonly since?: (shop: ReferenceShop) => void;
  /** What happens before the program starts. May return a clean-up function. */
  readonly before?: (journey: { shop: ReferenceShop; redirectUrl: string }) => unknown;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags whose values are typed instead. */
  readonly typed?: readonly string[];
  /** The answers until the problem appears. */
  readonly until?: (shop: ReferenceShop) => readonly Turn[];
  /** Words that the screen shows about the problem. */
  readonly shows: string;
  /** The answers that fix the problem. */
  readonly fix: (shop: ReferenceShop) => readonly Turn[];
  /** The answers from the fix to OttoKit's steps. */
  readonly then?: readonly Turn[];
}

/** The maximum number of answers for a fix. */
const mostAnswers = 3;

/** Asks for help only after the browser has loaded the page. Otherwise a slow browser would load the next page. */
async function enterWhenSeen({ rules }: ReferenceShop): Promise<string> {
  await vi.waitFor(
    () => {
      expect(rules.visits).toEqual([]);
    },
    { timeout: 25_000 },
  );
  return '';
}

const helped = (shop: ReferenceShop, down: number): readonly Turn[] => [
  ['Press Enter for help', () => enterWhenSeen(shop)],
  ['What does TikTok Shop show?', keys.down.repeat(down)],
];
const account: Turn = ['Do you have a Partner Center account', ''];
const app: Turn = ['Is the app ready', ''];
const chosenFirst: Turn = ['What now?', ''];
const toThePage: readonly Turn[] = [
  ['Are all seven on', ''],
  ['Sign in as the shop’s owner', ''],
];

/** Approves at the address on the terminal, and returns the address that the browser is redirected to. */
async function addressBar({ lines }: TerminalSession): Promise<string> {
  const address = lines.findLast((line) => line.includes('/open/authorize?')) ?? '';
  const consent = await fetch(address, { redirect: 'manual' });
  const page = await fetch(new URL(consent.headers.get('location') ?? '', address), { redirect: 'manual' });
  return page.headers.get('location') ?? '';
}

/** Approves in a browser that the user opened by hand. */
async function openByHand(session: TerminalSession): Promise<null> {
  await fetch(await addressBar(session));
  return null;
}

/** A wrong Service ID and a wrong App Secret are covered by reference-shop.test.ts. */
const situations: Readonly<Record<string, Situation>> = {
  'a wrong App Key': {
    typed: ['--app-key'],
    until: () => [account, ['Are all seven on', ''], [/^\? App Key/, '6abcdefghijkl']],
    shows: 'The App Key could not be confirmed.',
    fix: ({ app }) => [chosenFirst, [/^\? App Key/, app.appKey]],
    then: [['Sign in as', '']],
  },
  'another app’s Service ID': {
    typed: ['--service-id'],
    until: ({ otherApp }) => [
      account,
      app,
      ['Are all seven on', ''],
      [/^\? Service ID/, otherApp.serviceId],
      ['Sign in as', ''],
    ],
    shows: 'The Service ID belongs to another app',
    fix: ({ app }) => [chosenFirst, ['Service ID (Enter keeps it', app.serviceId]],
  },
  'a declined authorization': {
    visits: ['declined'],
    shows: 'only the shop owner’s main account',
    fix: () => [chosenFirst],
  },
  'a draft app': {
    visits: [{ shows: 'Not available in your shop’s region' }],
    shows: 'The app is still a draft',
    fix: (shop) => [...helped(shop, 1), chosenFirst],
  },
  'an account that isn’t the owner’s': {
    visits: [{ shows: 'Authorization failed' }],
    shows: 'only for your own shop',
    fix: (shop) => [...helped(shop, 2), chosenFirst],
  },
  'an app in the other region': {
    visits: [{ shows: 'This service does not exist' }],
    typed: ['--region'],
    until: () => [['Where is your shop?', 'united states'], ...toThePage],
    shows: 'The US and the other countries have separate Partner Centers',
    fix: (shop) => [...helped(shop, 3), ['Change the region?', keys.up]],
    then: toThePage,
  },
  'a creator’s account': {
    visits: ['by a creator'],
    shows: 'A creator account authorized the app',
    fix: () => [chosenFirst],
  },
  'a revoked authorization': {
    since: (shop) => {
      shop.deauthorize();
    },
    shows: 'access token is invalid; the seller deauthorized the app',
    fix: () => [chosenFirst],
  },
  'an expired authorization': {
    since: (shop) => {
      shop.expire();
    },
    shows: 'TikTok Shop no longer knows this authorization',
    fix: () => [chosenFirst],
  },
  'a scope that was switched on later': {
    since: (shop) => {
      shop.rules.grantedScopes = ordinaryScopes;
    },
    shows: 'What would you like to do? Authorize again',
    fix: () => [[/In Manage API, 430276 must be on first/, '']],
  },
  'a Redirect URL that was changed on the app': {
    before: ({ shop }) => {
      shop.redirectTo('http://127.0.0.1:1/changed');
    },
    shows: 'The app’s Redirect URL is http://127.0.0.1:1/changed',
    fix: () => [['or paste the address', addressBar]],
  },
  'a port that is in use': {
    before: async ({ redirectUrl }) => {
      const squatter = createServer((_, response) => response.end());
      const port = Number(new URL(redirectUrl).port);
      await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
      return () => squatter.close();
    },
    shows: 'on this computer is in use',
    fix: () => [['Paste the address', addressBar]],
  },
  'a computer without a browser': {
    env: { BROWSER: 'none' },
    shows: 'No browser could be opened: BROWSER is none.',
    fix: () => [['or paste the address', openByHand]],
  },
};

/** The menus that a run may show before the question at which an earlier run ended. */
const resuming = /^\? (?:Continue where|What would you)/u;

const windows: readonly Window[] = [
  { columns: 80, rows: 24 },
  { columns: 40, rows: 24 },
];

describe.each(windows)('at $columns columns', (window) => {
  test.for(Object.entries(situations))('%s doesn’t stop the wizard', async ([, situation], { onTestFinished }) => {
    const { since, visits = [], before, typed = [], env, shows, fix, then = [] } = situation;
    const journey = await journeyIn(onTestFinished, window, {
      isConnected: since !== undefined,
      ...(since === undefined ? {} : { grantedScopes: ordinaryScopes.slice(1) }),
    });
    const { shop, machine, redirectUrl } = journey;
    since?.(shop);
    shop.rules.visits.push(...visits);
    const clean = await before?.(journey);
    if (typeof clean === 'function') onTestFinished(clean as () => void);
    const flags = appFlags(shop.app, redirectUrl).filter(
      (flag, index, all) => !typed.includes(flag) && !typed.includes(all[index - 1] ?? ''),
    );
    const session = journey.openTerminal(since === undefined ? flags : [], {
      ...env,
      ...(since === undefined ? { OTTOKIT_TIKTOK_APP_SECRET: shop.app.appSecret } : {}),
    });
    const until = situation.until?.(shop) ?? toThePage;
    if (since === undefined) await answerAll(session, [['Passphrase', ''], ...until]);
    const turns = fix(shop);
    await answerAll(session, turns);
    await answerAll(session, [...then, ['Have you changed it?', ''], ['Finish in OttoKit', keys.down.repeat(5)]]);
    expect(await session.ended, session.text).toBe(0);
    await session.sees(shows);
    await session.sees('in TikTok Shop and in OttoKit');
    expect(turns.length).toBeLessThanOrEqual(mostAnswers);
    expect(session.received).not.toContain(shop.app.appSecret);
    expect(shop.violations).toEqual([]);
    const { profiles } = await statusOf(machine);
    expect(profiles).toMatchObject([
      { state: 'connected', serviceId: shop.app.serviceId, ottokit: { connected: true } },
    ]);
  });

  test('the wizard lists the usual causes if OttoKit doesn’t say it’s connected', async ({ onTestFinished }) => {
    const { shop, openTerminal, machine } = await journeyIn(onTestFinished, window, { isConnected: true });
    const session = openTerminal();
    await answerAll(session, [
      ['What would you like to do?', ''],
      ['Have you changed it?', ''],
      ['Finish in OttoKit', keys.down.repeat(6)],
    ]);
    await session.sees('The usual causes:');
    await answerAll(session, [['Finish in OttoKit', keys.down]]);
    expect(await session.ended, session.text).toBe(0);
    await session.sees(`The Service ID is ${shop.app.serviceId}.`);
    expect((await statusOf(machine)).profiles).toMatchObject([{ ottokit: { connected: true } }]);
  });

  test('after Ctrl-C at any question, the next run continues', async ({ onTestFinished }) => {
    const { shop, redirectUrl, openTerminal, machine } = await journeyIn(onTestFinished, window);
    const { appKey, appSecret, serviceId } = shop.app;
    const turns: readonly (readonly [asked: RegExp, typed: string])[] = [
      [/^\? Passphrase/, ''],
      [/^\? Where is your shop/, 'german'],
      [/^\? Do you have a Partner/, ''],
      [/^\? Is the app ready/, ''],
      [/^\? Are all seven on/, ''],
      [/^\? App Key/, appKey],
      [/^\? App Secret/, appSecret],
      [/^\? Service ID/, serviceId],
      [/^\? Sign in as/, ''],
      [/^\? Have you changed it/, ''],
      [/^\? Finish in OttoKit/, keys.down.repeat(5)],
    ];
    for (const [place, [asked, typed]] of turns.entries()) {
      // In a later run, the flag would replace the app's Redirect URL again.
      const session = openTerminal(place < 4 ? ['--redirect-url', redirectUrl] : []);
      await session.waitForQuestion(new RegExp(`${resuming.source}|${asked.source}`, 'u'));
      if (resuming.test(session.question)) session.type(keys.enter);
      await answerAll(session, [[asked, typed]]);
      const next = turns[place + 1]?.[0];
      if (next !== undefined) {
        await session.waitForQuestion(next);
        session.type(keys.ctrlC);
      }
      expect(await session.ended, session.text).toBe(next === undefined ? 0 : 130);
    }
    expect(shop.count('/api/v2/token/get')).toBe(2);
    expect((await statusOf(machine)).profiles).toMatchObject([{ state: 'connected', ottokit: { connected: true } }]);
  });
});
