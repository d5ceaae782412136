import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { redirect } from '../browser/servers.ts';
import { processesWith, until } from '../browser/window.ts';
import { document, errorOf } from '../journeys/run.ts';
import { windowProfile } from './driven-browser.ts';
import type { Leaving } from './proxy.ts';
import { decide, lastPage } from './seller.ts';
import { ottokitRedirectUrl, webMachine, type WebMachine } from './web-machine.ts';

// A browser is slow while many programs run.
vi.setConfig({ testTimeout: 90_000 });

/** Expects that nothing was sent to OttoKit and nothing is left of the window. */
async function expectNoTrace({ sink, machine }: WebMachine): Promise<void> {
  expect({ connections: sink.connections(), bytes: sink.bytes() }).toEqual({ connections: 0, bytes: 0 });
  expect(await readdir(machine.temporaryDirectory)).toEqual([]);
}

describe('with OttoKit’s Redirect URL on the app', () => {
  test('a seller who approves in the separate window is connected, and OttoKit receives nothing', async (context) => {
    const setting = await webMachine(context, { onScreen: true });
    const { machine, simulator } = setting;
    const running = machine.start(setting.connect, setting.secret);
    const page = await setting.window();
    await decide(page, 'Approve');
    const last = await lastPage(page);
    expect(last.heading).toBe('TikTok Shop is connected');
    expect(last.text).toContain(simulator.shops[0]?.name);
    expect(last.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);

    const run = await running.ended;
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(document(run)).toMatchObject({
      redirectUrl: ottokitRedirectUrl,
      shops: simulator.shops.map(({ id }) => ({ id })),
    });
    expect(simulator.unexpected).toEqual([]);
    await expectNoTrace(setting);
  });

  test('a seller who declines sees that in the window and at the terminal', async (context) => {
    const setting = await webMachine(context);
    const running = setting.machine.start(setting.connect, setting.secret);
    const page = await setting.window();
    await decide(page, 'Deny');
    expect(await lastPage(page)).toMatchObject({ heading: 'The app wasn’t authorized' });
    const run = await running.ended;
    expect(run.exitCode).toBe(1);
    expect(errorOf(run).code).toBe('authorization-denied');
    await expectNoTrace(setting);
  });

  test('a user who closes the window sees how to continue', async (context) => {
    const setting = await webMachine(context, { onScreen: true });
    const running = setting.machine.start(setting.connect, setting.secret);
    const page = await setting.window();
    await page.getByRole('button', { name: /^Continue as / }).waitFor();
    await page.close();
    const run = await running.ended;
    expect(run.exitCode).toBe(1);
    expect(errorOf(run)).toMatchObject({
      code: 'window-closed',
      fix: expect.stringContaining('--capture paste') as string,
    });
    await expectNoTrace(setting);
  });

  test('a redirect with another login’s state is refused and doesn’t reach OttoKit, and ours is still accepted', async (context) => {
    const setting = await webMachine(context, { scenario: 'wrong-state' });
    const { simulator, machine } = setting;
    const running = machine.start(setting.connect, setting.secret);
    const [address = ''] = await running.seen(/http\S+\/open\/authorize\S+/);
    const page = await setting.window();
    await decide(page, 'Approve');
    await page.getByText('This isn’t the answer that ottokit-tiktok is waiting for.').waitFor();
    expect(simulator.issued.accessTokens).toEqual([]);

    simulator.setScenario('approve');
    await page.goto(address);
    await decide(page, 'Approve');
    expect(await lastPage(page)).toMatchObject({ heading: 'TikTok Shop is connected' });
    const run = await running.ended;
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toContain('its state isn’t this login’s');
    await expectNoTrace(setting);
  });

  test('an unusable redirect for this login doesn’t reach OttoKit either', async (context) => {
    const leaving: Leaving = (to) => ({ '/authorize': redirect(`${to}&code=another`) });
    const setting = await webMachine(context, { leaving, autoApprove: true, onScreen: true });
    const running = setting.machine.start(setting.connect, setting.secret);
    const page = await setting.window();
    expect(await lastPage(page)).toMatchObject({ heading: 'This address wasn’t accepted' });
    const run = await running.ended;
    expect(run.stderr).toContain('more than one authorization code');
    expect(errorOf(run).code).toBe('window-closed');
    await expectNoTrace(setting);
  });

  test('if TikTok Shop refuses the code, the window says so', async (context) => {
    const setting = await webMachine(context, { scenario: 'expired-code' });
    const running = setting.machine.start(setting.connect, setting.secret);
    const page = await setting.window();
    await decide(page, 'Approve');
    const last = await lastPage(page);
    expect(last).toMatchObject({ heading: 'The shop couldn’t be connected' });
    expect(last.text).toContain('older than 30 minutes');
    expect(errorOf(await running.ended).code).toBe('authorization-code-invalid');
    await expectNoTrace(setting);
  });
});

describe('the window', () => {
  test('of a program killed together with its keeper is closed by the next run, which also cleans up', async (context) => {
    const setting = await webMachine(context);
    const { machine } = setting;
    const running = machine.start(setting.connect, setting.secret);
    const profile = await windowProfile(machine.temporaryDirectory);
    const first = await setting.window();
    await first.getByRole('button', { name: /^Continue as / }).waitFor();
    const keepers = async () => (await processesWith('window-keeper')).filter(({ args }) => args.includes('--eval'));
    await until('the keeper is there', async () => (await keepers()).length > 0);
    for (const { pid } of await keepers()) process.kill(pid, 'SIGKILL');
    running.kill('SIGKILL');
    await running.ended;
    expect(await readdir(machine.temporaryDirectory)).toContain(basename(profile));
    expect(await processesWith(profile)).not.toEqual([]);

    const again = machine.start(['connect', '--json']);
    await until('the old window is gone', async () => (await processesWith(profile)).length === 0);
    await until(
      'the old profile is gone',
      async () => !(await readdir(machine.temporaryDirectory)).includes(basename(profile)),
    );
    const page = await setting.window();
    await decide(page, 'Approve');
    expect(await again.ended).toMatchObject({ exitCode: 0 });
    await expectNoTrace(setting);
  });

  test('is closed by Ctrl-C', async (context) => {
    const setting = await webMachine(context);
    const running = setting.machine.start(setting.connect, setting.secret);
    const profile = await windowProfile(setting.machine.temporaryDirectory);
    await setting.window();
    running.kill('SIGINT');
    const run = await running.ended;
    expect(run.exitCode).toBe(130);
    expect(await processesWith(profile)).toEqual([]);
    await expectNoTrace(setting);
  });

  test('that can’t be opened makes a run without a terminal fail with the reason', async (context) => {
    const setting = await webMachine(context);
    const run = await setting.machine.start(setting.connect, { ...setting.secret, env: { CHROME_PATH: '/bin/false' } })
      .ended;
    expect(run.exitCode).toBe(2);
    expect(errorOf(run)).toMatchObject({
      code: 'capture-impossible',
      message: expect.stringContaining('exited with code 1') as string,
    });
    await expectNoTrace(setting);
  });

  test('isn’t announced with --no-browser', async (context) => {
    const setting = await webMachine(context);
    const run = await setting.machine.start([...setting.connect, '--no-browser'], setting.secret).ended;
    expect(run.exitCode).toBe(2);
    expect(errorOf(run)).toMatchObject({
      code: 'capture-impossible',
      message: expect.stringContaining('--no-browser') as string,
    });
    expect(run.stderr).not.toContain('window opens');
  });
});
