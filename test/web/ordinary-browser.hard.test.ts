import { join } from 'node:path';
import { expect, onTestFinished, test, type TestContext, vi } from 'vitest';
import { document } from '../journeys/run.ts';
import { freePort, redirectUrlOn } from '../journeys/machine.ts';
import { until } from '../browser/window.ts';
import { keys, paste } from '../terminal/pty.ts';
import { drivenBrowser, endBrowsers, type DrivenBrowser } from './driven-browser.ts';
import { addressBar, decide, lastPage } from './seller.ts';
import { atTerminal, ottokitRedirectUrl, passphrase, webMachine, type WebMachine } from './web-machine.ts';

// A browser is slow while many programs run.
vi.setConfig({ testTimeout: 90_000 });

/** Prepares the user's usual browser, for `BROWSER`. `page` waits until the program has opened it. */
async function usualBrowser(context: TestContext, { machine, sink }: WebMachine) {
  const profile = join(machine.directory, 'usual-profile');
  const directory = join(machine.directory, 'usual-browser');
  const browser: DrivenBrowser = await drivenBrowser(context, directory, { sinkPort: sink.port, profile });
  onTestFinished(() => endBrowsers(browser));
  return { path: browser.path, page: () => browser.page(profile) };
}

test('with a Redirect URL on this computer, the program answers in the usual browser', async (context) => {
  const redirectUrl = redirectUrlOn(await freePort());
  const setting = await webMachine(context, { redirectUrl });
  const usual = await usualBrowser(context, setting);
  const running = setting.machine.start(setting.connect, { ...setting.secret, env: { BROWSER: usual.path } });
  const page = await usual.page();
  await decide(page, 'Approve');
  expect(await lastPage(page)).toMatchObject({ heading: 'TikTok Shop is connected', address: redirectUrl });
  const run = await running.ended;
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({ redirectUrl });
  expect(setting.sink.connections()).toBe(0);
});

test('with --capture paste, the address at which the usual browser ends up is accepted at the terminal', async (context) => {
  const setting = await webMachine(context);
  const usual = await usualBrowser(context, setting);
  const { machine, simulator, sink } = setting;
  const person = atTerminal(setting, ['--capture', 'paste'], { BROWSER: usual.path });
  await person.sees('Are all seven on');
  person.type(keys.enter);
  await person.sees('Sign in as the shop’s owner and approve');
  person.type(keys.enter);
  await person.sees('Paste the address');
  const page = await usual.page();
  await decide(page, 'Approve');
  await until('the browser shows that nothing answers there', () => page.url().startsWith('chrome-error:'));
  expect(sink.bytes()).toBeGreaterThan(0);
  expect(simulator.issued.accessTokens).toEqual([]);
  const landedAt = await addressBar(page);
  expect(landedAt).toContain(`${ottokitRedirectUrl}?app_key=`);
  person.type(paste(landedAt));
  person.type(keys.enter);
  await person.sees('Finish in OttoKit');
  person.type(keys.ctrlC);
  expect(await person.ended).toBe(130);
  expect(simulator.issued.accessTokens).toHaveLength(1);
  expect(await machine.run(['doctor', 'token', 'scopes'], { env: passphrase })).toMatchObject({ exitCode: 0 });
});
