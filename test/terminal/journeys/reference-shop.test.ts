import { expect, test as baseTest } from 'vitest';
import { statusOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import type { Window } from './terminal-session.ts';
import { answerAll, journeyIn } from './window-journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

test.for<[string, Window]>([
  ['80 columns', { columns: 80, rows: 24 }],
  ['40 columns', { columns: 40, rows: 24 }],
])(
  'at %s, a user who enters two wrong values is guided through the fixes to the end',
  async ([, window], { onTestFinished }) => {
    const { shop, machine, redirectUrl, openTerminal } = await journeyIn(onTestFinished, window);
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
      ['Have you changed it?', ''],
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

test('a paste is echoed as the requested value, or described if it contains more', async ({ onTestFinished }) => {
  const { shop, openTerminal } = await journeyIn(onTestFinished, { columns: 80, rows: 24 });
  const { appKey, appSecret, serviceId } = shop.app;
  const session = openTerminal();
  await answerAll(session, [
    ['Passphrase', ''],
    ['Where is your shop?', 'german'],
    ['Do you have a Partner Center account', ''],
    ['Is the app ready', ''],
    ['Are all seven on', ''],
  ]);
  const paste = async (question: string, text: string): Promise<void> => {
    await session.waitForQuestion(question);
    session.paste(text);
    session.type(keys.enter);
  };
  const page = `App & Service\nMy app\nPublished\nID: ${serviceId}\nManage API\nCredentials\nApp Key\n${appKey}\n`;
  await paste('App Key', page);
  await session.sees(`Found on the page: App Key ${appKey}, Service ID ${serviceId}, published.`);
  await paste('App Secret', page);
  await session.sees('The App Secret is still missing.');
  await paste('App Secret', appSecret);
  await session.waitForQuestion('Sign in as the shop’s owner');
  session.type(keys.down + keys.enter);
  await session.waitForQuestion('Which value?');
  session.type(keys.enter);
  const link = `https://services.tiktokshop.com/open/authorize?service_id=${serviceId}`;
  await paste('App Key (', link);
  await session.sees(`Found in the link: Service ID ${serviceId}.`);
  await paste('App Key', `App key: ${appKey}`);
  await session.waitForQuestion('Sign in as the shop’s owner');
  session.type(keys.down + keys.enter);
  await session.waitForQuestion('Which value?');
  session.type(keys.down.repeat(2) + keys.enter);
  await paste('Service ID (', link);
  await session.waitForQuestion('Sign in as the shop’s owner');
  expect(session.rows.filter((row) => /^✔ (?:App|Service)|^(?:•|https:\/\/services)/u.test(row))).toEqual([
    '✔ App Key the whole page',
    '✔ App Secret the whole page',
    `✔ App Secret ${'•'.repeat(40)}`,
    '✔ App Key the link',
    `✔ App Key ${appKey}`,
    `✔ Service ID ${serviceId}`,
  ]);
  session.type(keys.ctrlC);
  expect(await session.ended).toBe(130);
});
