import { execFile } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { freePort, redirectUrlOn } from '../journeys/machine.ts';
import { document } from '../journeys/run.ts';
import { keys, paste, type Person } from '../terminal/pty.ts';
import { endBrowsers } from './driven-browser.ts';
import { decide, lastPage } from './seller.ts';
import { atTerminal, ottokitRedirectUrl, passphrase, webMachine } from './web-machine.ts';

// A browser is slow while many programs run.
vi.setConfig({ testTimeout: 90_000 });

const run = promisify(execFile);

/** Answers the questions between the scopes and TikTok Shop's page. */
async function authorize(person: Person): Promise<void> {
  await person.sees('Are all seven on');
  person.type(keys.enter);
  await person.sees('Sign in as the shop’s owner and approve');
  person.type(keys.enter);
}

/** Waits until the last menu proposes this choice, and accepts it. */
async function choose(person: Person, proposed: string): Promise<void> {
  await person.sees(new RegExp(`Finish in OttoKit[^]*❯ ${proposed}`));
  person.type(keys.enter);
}

/** Returns the authorization link as it was printed, not as the screen wraps it. */
function shownAddress({ screen }: Person): string {
  return /http\S+\/open\/authorize\S+/.exec(screen.received)?.[0] ?? '';
}

/** Returns the contents of the clipboard on this screen. */
async function clipboardOf(screen: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run('/usr/bin/xclip', ['-selection', 'clipboard', '-out'], { env: screen, timeout: 1_000 });
  return stdout;
}

test('a user goes from the separate window through OttoKit’s steps, with each value on the real clipboard', async (context) => {
  await access('/usr/bin/xclip').catch(() => context.skip('no xclip on this computer: apt-get install xclip'));
  const setting = await webMachine(context, { onScreen: true });
  const { simulator, screen, sink, machine } = setting;
  const person = atTerminal(setting, [], screen);
  await authorize(person);
  const page = await setting.window();
  await decide(page, 'Approve');
  expect(await lastPage(page)).toMatchObject({ heading: 'TikTok Shop is connected' });

  const { appKey, appSecret, serviceId } = simulator.app;
  await choose(person, 'Open OttoKit');
  await choose(person, 'Copy the App Key');
  await expect.poll(() => clipboardOf(screen).catch(() => ''), { timeout: 10_000 }).toBe(appKey);
  await choose(person, 'Copy the App Secret');
  await expect.poll(() => clipboardOf(screen).catch(() => ''), { timeout: 10_000 }).toBe(appSecret);
  await choose(person, 'Copy the Service ID');
  await expect.poll(() => clipboardOf(screen).catch(() => ''), { timeout: 10_000 }).toBe(serviceId);
  await choose(person, 'OttoKit says it’s connected');
  expect(await person.ended).toBe(0);
  expect(person.screen.text).toContain('in TikTok Shop and in OttoKit');
  expect(person.screen.received).not.toContain(appSecret);
  expect(sink.connections()).toBe(0);
  expect(await readdir(machine.temporaryDirectory)).toEqual([]);
});

test('Ctrl-C removes the secret from the real clipboard', async (context) => {
  await access('/usr/bin/xclip').catch(() => context.skip('no xclip on this computer: apt-get install xclip'));
  const setting = await webMachine(context, { onScreen: true, autoApprove: true });
  const { simulator, screen } = setting;
  const person = atTerminal(setting, [], screen);
  await authorize(person);
  for (const proposed of ['Open OttoKit', 'Copy the App Key', 'Copy the App Secret']) await choose(person, proposed);
  await person.sees('The App Secret is copied');
  expect(await clipboardOf(screen)).toBe(simulator.app.appSecret);
  person.type(keys.ctrlC);
  expect(await person.ended).toBe(130);
  await expect.poll(() => clipboardOf(screen).catch(() => 'no answer'), { timeout: 10_000 }).toBe('');
});

test('if only the terminal has a clipboard, the program fills it and later overwrites the secret', async (context) => {
  const redirectUrl = redirectUrlOn(await freePort());
  const setting = await webMachine(context, { redirectUrl });
  const { simulator, machine } = setting;
  const person = atTerminal(setting, [], {});
  const { copied } = person.screen;
  await authorize(person);
  await person.sees('or paste the address');
  await simulator.approveAsSeller(shownAddress(person));
  await person.sees('Have you changed it?');
  expect(copied).toEqual([ottokitRedirectUrl]);
  person.type(keys.enter);
  for (const proposed of ['Open OttoKit', 'Copy the App Key', 'Copy the App Secret']) await choose(person, proposed);
  await person.sees('The App Secret is copied, if your terminal allows it');
  await choose(person, 'Copy the Service ID');
  await person.sees(/❯ OttoKit says it’s connected/);
  const { appKey, appSecret, serviceId } = simulator.app;
  expect(copied).toEqual([ottokitRedirectUrl, appKey, appSecret, ' ', '', serviceId]);
  person.type(keys.ctrlC);
  expect(await person.ended).toBe(130);
  const doctor = await machine.run(['doctor', 'redirect', '--json'], { env: passphrase });
  expect(document(doctor)).toMatchObject({ checks: [{ id: 'redirect', status: 'pass' }] });
});

test('before the window opens, the program says what it is and how to avoid it', async (context) => {
  const setting = await webMachine(context);
  const person = atTerminal(setting, ['--capture', 'browser'], {});
  await person.sees('Are all seven on');
  person.type(keys.enter);
  await person.sees(/isn’t\s+remote-controlled[^]*Only\s+OttoKit’s\s+address[^]*choose\s+your\s+own\s+browser/);
  expect(await readdir(setting.machine.temporaryDirectory)).toEqual([]);
  person.type(keys.ctrlC);
  expect(await person.ended).toBe(130);
});

test('a user who closes the window continues by pasting', async (context) => {
  const setting = await webMachine(context, { onScreen: true });
  const { simulator, machine, sink } = setting;
  const person = atTerminal(setting, ['--capture', 'browser'], setting.screen);
  await authorize(person);
  const page = await setting.window();
  await page.getByRole('button', { name: /^Continue as / }).waitFor();
  await page.close();
  await person.sees(/window was closed before TikTok Shop answered/);
  expect(await readdir(machine.temporaryDirectory)).toEqual([]);
  const { redirectedTo } = await simulator.approveAsSeller(shownAddress(person));
  person.type(paste(String(redirectedTo)));
  person.type(keys.enter);
  await person.sees('Finish in OttoKit');
  expect(simulator.issued.accessTokens).toHaveLength(1);
  expect(sink.connections()).toBe(0);
});

test('the demo continues by itself when its window is closed', async (context) => {
  const setting = await webMachine(context, { onScreen: true });
  const person = atTerminal({ ...setting, flags: ['--demo'] }, [], setting.screen);
  await person.sees('Step 5 of 6');
  await person.sees(/the page then opens again[^]*Waiting for TikTok Shop/);
  await endBrowsers(setting.browser);
  await person.sees('That was the demo');
  expect(await person.ended).toBe(0);
  expect(person.screen.received).not.toContain('To open it again');
});

test('if the window can’t be opened, the program gives the reason and asks for a pasted address', async (context) => {
  const setting = await webMachine(context);
  const { simulator } = setting;
  const person = atTerminal(setting, ['--capture', 'browser'], { CHROME_PATH: '/bin/false' });
  await authorize(person);
  await person.sees(/couldn’t be opened:\s+the\s+browser\s+exited\s+with\s+code\s+1[^]*paste/);
  const { redirectedTo } = await simulator.approveAsSeller(shownAddress(person));
  person.type(paste(String(redirectedTo)));
  person.type(keys.enter);
  await person.sees('Finish in OttoKit');
  expect(simulator.issued.accessTokens).toHaveLength(1);
});
