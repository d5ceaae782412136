import { expect, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { wrap } from '../../src/terminal/width.ts';
import { leavesOpen, type Person } from './person.ts';
import { ottokitRedirectUrl, readySeller, type Script } from './scripts.ts';
import { wizardWorld, type Run, type WizardWorld } from './world.ts';

const mostRows = 8;
const mostAnswers = 9;

/** A capture window that delivers TikTok Shop's answer to this computer. */
function capturing({ simulator }: WizardWorld, browser: { seen: string; page?: string }) {
  return {
    find: () => Promise.resolve({ browser: { name: 'Chromium', path: '/usr/bin/chromium' } as never }),
    open: (options: { authorizationUrl: string; forwardTo: (query: URLSearchParams) => string }) => {
      browser.seen = options.authorizationUrl;
      void simulator.approveAsSeller(options.authorizationUrl).then(async ({ redirectedTo }) => {
        const answer = await fetch(options.forwardTo(new URL(String(redirectedTo)).searchParams));
        browser.page = await answer.text();
      });
      return Promise.resolve({ closed: Promise.resolve(undefined), close: () => Promise.resolve() });
    },
  };
}

/** The rows between one answer and the next question, at 80 columns, without empty rows. */
function rowsBefore({ screens }: Person): readonly (readonly [question: string, rows: number])[] {
  return screens.map(({ question, said }) => [
    question,
    said.flatMap((text) => wrap(text, 78)).filter((row) => row.trim() !== '').length,
  ]);
}

/** The recommended way, with OttoKit's Redirect URL. */
const recommended: Script = {
  'app-created': ['ready'],
  'redirect-url': [],
  'redirect-url-other': [],
  'redirect-restored': [],
};

async function firstRun(): Promise<Run> {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const windows = capturing(world, { seen: '' }) as never;
  const run = await world.run({ script: readySeller(world, recommended), windows });
  expect(run.thrown).toBeUndefined();
  expect(run.outcome).toMatchObject({ outcome: 'connected', profile: { ottokit: { connected: true } } });
  return run;
}

test('a first run with all values at hand takes nine answers, three of them pastes', async () => {
  const { person } = await firstRun();
  // The question about the address stays open while the window captures, and is never answered.
  const answered = person.asked.filter((id) => id !== 'redirected-address');
  expect(answered).toEqual([
    'region',
    'account',
    'app-created',
    'scopes-on',
    'app-key',
    'app-secret',
    'service-id',
    'authorize',
    'ottokit',
  ]);
  expect(answered).toHaveLength(mostAnswers);
});

test('no screen has more than eight rows before its question', async () => {
  const { person } = await firstRun();
  expect(rowsBefore(person).filter(([, rows]) => rows > mostRows)).toEqual([]);
});

test('no screen off the main path has more than eight rows either', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const { person } = await world.run({
    script: {
      ...readySeller(world),
      account: ['new'],
      registered: ['ready'],
      'app-created': ['ready'],
      'scopes-on': ['some'],
      scopes: [['430276']],
      'redirected-address': ['', '', '', ''],
      help: ['publish', 'owner', 'service-id', 'later'],
      publish: ['own browser'],
      owner: ['open'],
      'service-id': [world.simulator.app.serviceId, ''],
      'app-secret': [new Secret(world.simulator.app.appSecret)],
    },
    browser: () => Promise.resolve({ opened: true }),
  });
  expect(person.asked.filter((id) => id === 'help')).toHaveLength(4);
  expect(rowsBefore(person).filter(([, rows]) => rows > mostRows)).toEqual([]);
});

test('the terminal and the browser announce OttoKit’s step only until OttoKit is connected', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const browser = { seen: '', page: '' };
  const windows = capturing(world, browser) as never;
  const first = await world.run({ script: readySeller(world, recommended), windows });
  expect(first.person.shown.join()).toContain('Later you’ll sign in once more in OttoKit');
  await expect.poll(() => browser.page).toContain('One step is left');
  browser.page = '';
  const script = { authorize: ['open'], 'redirected-address': [leavesOpen] };
  const { outcome, person } = await world.run({ script, windows, answers: { reauthorize: true } });
  expect(person.shown.join()).not.toContain('Later you’ll sign in');
  expect(outcome?.profile.ottokit?.connected).toBe(true);
  await expect.poll(() => browser.page).toContain('TikTok Shop is connected');
  expect(browser.page).not.toContain('One step is left');
});

test('the app’s whole page, pasted at “App Key”, fills in the Service ID too, and a different Redirect URL is reported', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const { appKey, appSecret, serviceId } = world.simulator.app;
  const page = `App & Service\nMy app\nDraft\nID: ${serviceId}\nManage API\nRedirect URL\nhttps://example.com/back\nCredentials\nApp Key\n${appKey}\nApp Secret\n••••••••\n`;
  const { person } = await world.run({
    script: readySeller(world, {
      'app-created': ['ready'],
      'app-key': [page],
      'app-secret': [new Secret(appSecret)],
      'redirect-differs': ['change'],
      authorize: ['later'],
    }),
  });
  expect(person.asked).not.toContain('service-id');
  const shown = person.shown.join('\n');
  expect(shown).toContain(`Found on the page: App Key ${appKey}, Service ID ${serviceId}, Redirect URL`);
  expect(shown).toContain(
    `The app’s Redirect URL is https://example.com/back, but it should be ${ottokitRedirectUrl}.`,
  );
  expect(shown).toContain('still a draft');
  const stored = await (await world.openStore()).profile('default');
  expect(stored?.app).toMatchObject({ appKey, serviceId, redirectUrl: ottokitRedirectUrl });
});

test('a pasted page whose Redirect URL differs can be left by going back, and nothing of it is kept', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const { appKey, serviceId } = world.simulator.app;
  const page = `ID: 7111222333444555666\nRedirect URL\n${ottokitRedirectUrl}/\nApp Key\n6zzzzzzzzzzzz\n`;
  const { person } = await world.run({
    script: readySeller(world, {
      'app-created': ['ready'],
      'app-key': [page, appKey],
      'redirect-differs': ['back'],
      authorize: ['later'],
    }),
  });
  expect(person.asked.slice(-5)).toEqual(['redirect-differs', 'app-key', 'app-secret', 'service-id', 'authorize']);
  expect((await (await world.openStore()).profile('default'))?.app).toMatchObject({ appKey, serviceId });
});

test('a pasted page with a value that can’t be used is refused with the reason', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const { appKey, serviceId } = world.simulator.app;
  const page = `App Key\n${appKey}\nID: 7369437808455026474\n`;
  const { person } = await world.run({
    script: readySeller(world, {
      'app-created': ['ready'],
      'service-id': [page, serviceId],
      authorize: ['later'],
    }),
  });
  expect(person.shown.join('\n')).toContain('warning: Service ID: This is the sample Service ID');
});

test('the authorization link, pasted at “App Key”, fills in the Service ID', async () => {
  const world = await wizardWorld({ redirectUrl: ottokitRedirectUrl });
  const { appKey, serviceId } = world.simulator.app;
  const link = `https://services.tiktokshop.com/open/authorize?service_id=${serviceId}`;
  const { person } = await world.run({
    script: readySeller(world, { 'app-created': ['ready'], 'app-key': [link, appKey], authorize: ['later'] }),
  });
  expect(person.asked).not.toContain('service-id');
  expect(person.shown.join('\n')).toContain(
    `Found in the link: Service ID ${serviceId}. The App Key is still missing.`,
  );
});
