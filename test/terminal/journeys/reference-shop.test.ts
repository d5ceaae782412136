import { expect, test as baseTest } from 'vitest';
import { statusOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import type { Window } from './terminal-session.ts';
import { answerAll, sellerAt } from './seller.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

test.for<[string, Window]>([
  ['80 columns', { columns: 80, rows: 24 }],
  ['40 columns', { columns: 40, rows: 24 }],
])(
  'at %s, a seller who mixes up two values is led to the fix, and to the end',
  async ([, window], { onTestFinished }) => {
    const { shop, machine, redirectUrl, openTerminal } = await sellerAt(onTestFinished, window);
    const { appKey, appSecret, serviceId } = shop.app;
    const session = openTerminal();
    await answerAll(session, [
      ['Passphrase', ''],
      ['Where is your shop?', 'german'],
      ['Do you have a Partner Center account', ''],
      ['Is the app ready', keys.down.repeat(3)],
      ['Which Redirect URL?', keys.down.repeat(2)],
      ['Redirect URL, exactly as on the app’s page', redirectUrl],
      ['Is the app ready', ''],
      ['Are all seven on', ''],
      ['App Key', appKey],
      ['App Secret', 'f'.repeat(40)],
      ['Service ID', '7412345678901234567'],
      ['Sign in as the shop’s owner', ''],
      ['Press Enter for help', ''],
      ['What does TikTok Shop show?', ''],
      ['Service ID (Enter keeps it', serviceId],
      ['Enter the App Secret again', ''],
      ['App Secret (Enter keeps', appSecret],
      ['Have you changed it back?', ''],
      ['Finish in OttoKit', keys.down.repeat(5)],
    ]);
    expect(await session.ended, session.text).toBe(0);
    await session.sees('in TikTok Shop and in OttoKit');
    expect(session.received).not.toContain(appSecret);
    expect(shop.violations).toEqual([]);
    const { profiles } = await statusOf(machine);
    expect(profiles).toMatchObject([{ state: 'connected', serviceId, ottokit: { connected: true } }]);
  },
);

test('the whole page of the app, pasted, is echoed in one word and not in full', async ({ onTestFinished }) => {
  const { shop, openTerminal } = await sellerAt(onTestFinished, { columns: 80, rows: 24 });
  const { appKey, serviceId } = shop.app;
  const session = openTerminal();
  await answerAll(session, [
    ['Passphrase', ''],
    ['Where is your shop?', 'german'],
    ['Do you have a Partner Center account', ''],
    ['Is the app ready', ''],
    ['Are all seven on', ''],
  ]);
  await session.waitForQuestion('App Key');
  const page = `App & Service\nMy app\nPublished\nID: ${serviceId}\nManage API\nCredentials\nApp Key\n${appKey}\n`;
  session.paste(page);
  session.type(keys.enter);
  await session.sees(`Found on the page: App Key ${appKey}, Service ID ${serviceId}, published.`);
  await session.waitForQuestion('App Secret');
  expect(session.rows).toContain('✔ App Key the whole page');
  session.type(keys.ctrlC);
  expect(await session.ended).toBe(130);
});
