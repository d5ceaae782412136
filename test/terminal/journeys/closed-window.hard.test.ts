import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { appFlags, connectedJourney, freshJourney, type Journey } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { TerminalSession } from './terminal-session.ts';
import { prompt, terminalEnv } from './terminal-journey.ts';
import { processOf, programWith } from './shell.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const refresh = '/api/v2/token/refresh';

type After = Parameters<typeof connectedJourney>[0];

/** Opens a terminal window with a shell, and starts the program in it with these arguments. */
async function windowWith({ machine, shop }: Journey, args: readonly string[], after: After): Promise<TerminalSession> {
  const env = { ...terminalEnv(machine, shop.origin), PS1: `${prompt} ` };
  const session = new TerminalSession(['bash', '--norc', '--noprofile', '-i'], env, after);
  await session.sees(prompt);
  session.type(programWith(args));
  await session.sees(/process \d+\./);
  return session;
}

const hasEnded = (pid: number): Promise<unknown> =>
  vi.waitFor(() => {
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, 20_000);

test.for<[string, (session: TerminalSession, pid: number) => Promise<void>]>([
  ['closing the window, so that the kernel and the shell both send SIGHUP,', (session) => session.close()],
  [
    'closing the window after Ctrl-C',
    async (session) => {
      session.type(keys.ctrlC);
      await session.sees('Waiting up to 15 seconds');
      await session.close();
    },
  ],
  [
    'a shutdown, which closes the window and then sends SIGTERM,',
    async (session, pid) => {
      await session.close();
      process.kill(pid, 'SIGTERM');
    },
  ],
])('%s loses no new tokens', async ([, close], { onTestFinished }) => {
  const journey = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
  const { machine, shop } = journey;
  shop.rules.accessTokenLifetime = 7 * 86_400;
  const held = shop.hold(refresh);
  const session = await windowWith(journey, ['token'], onTestFinished);
  const pid = processOf(session);
  await held.arrived;

  await close(session, pid);
  held.release();

  await hasEnded(pid);
  const next = await machine.run(['token']);
  expect(next, next.stderr).toMatchObject({ exitCode: 0 });
  expect(shop.count(refresh)).toBe(1);
});

test('closing the window during the code exchange loses no tokens', async ({ onTestFinished }) => {
  const journey = await freshJourney(onTestFinished);
  const { machine, shop, redirectUrl } = journey;
  const exchange = '/api/v2/token/get';
  const secretFile = join(machine.directory, 'app-secret');
  await writeFile(secretFile, shop.app.appSecret);
  const probe = shop.hold(exchange);
  const args = ['connect', ...appFlags(shop.app, redirectUrl), '--app-secret-file', secretFile, '--yes'];
  const session = await windowWith(journey, args, onTestFinished);
  const pid = processOf(session);
  await probe.arrived;
  const held = shop.hold(exchange);
  probe.release();
  await held.arrived;

  await session.close();
  held.release();

  await hasEnded(pid);
  const next = await machine.run(['connect', '--json']);
  expect(next, next.stderr + next.stdout).toMatchObject({ exitCode: 0 });
  expect(shop.count('/open/authorize')).toBe(1);
});
