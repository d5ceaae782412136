import { describe, expect, test as anyTest } from 'vitest';
import { keys } from '../pty.ts';
import { newSetting, type Setting } from './setting.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = anyTest.concurrent;

const passphrase = 'correct horse battery';

/** A machine whose store is encrypted with the passphrase. */
async function locked(after: Parameters<typeof newSetting>[0]): Promise<Setting> {
  const setting = await newSetting(after);
  const { machine, connect, simulator } = setting;
  const running = machine.start(connect, {
    env: { OTTOKIT_TIKTOK_PASSPHRASE: passphrase, BROWSER: 'none' },
  });
  const [address] = await running.seen(/^http\S+\/open\/authorize\S+$/m);
  await simulator.approveAsSeller(address);
  expect((await running.ended).exitCode).toBe(0);
  return setting;
}

describe('the store’s passphrase', () => {
  test('is asked for again if it is wrong', async ({ onTestFinished }) => {
    const setting = await locked(onTestFinished);
    const seat = setting.openTerminal(['status']);
    await seat.isAsked('Passphrase of the store');
    seat.type(`wrong${keys.enter}`);
    await seat.sees('This passphrase doesn’t open the store.');
    await seat.isAsked('Passphrase of the store');
    seat.type(`${passphrase}${keys.enter}`);
    expect(await seat.ended, seat.text).toBe(0);
    expect(seat.text).toContain('default: authorized at TikTok Shop');
    expect(seat.received).not.toContain(passphrase);
  });

  test('isn’t asked for a fourth time', async ({ onTestFinished }) => {
    const setting = await locked(onTestFinished);
    const seat = setting.openTerminal(['status']);
    for (let time = 1; time <= 3; time += 1) {
      await seat.isAsked('Passphrase of the store');
      seat.type(`wrong ${String(time)}${keys.enter}`);
      await seat.sees(new RegExp(`(?:${'(?:doesn’t|does not) open the store[^]*'.repeat(time)})`));
    }
    expect(await seat.ended).toBe(1);
    expect(seat.text).toMatch(/If nobody\s+knows\s+it,\s+move/);
  });

  test.for([['status'], ['doctor', 'store', 'token'], ['token']])(
    'can be left with Ctrl-C at %j',
    async (args, { onTestFinished }) => {
      const setting = await locked(onTestFinished);
      const seat = setting.openTerminal(args);
      await seat.isAsked('Passphrase of the store');
      seat.type(keys.ctrlC);
      expect(await seat.ended, seat.text).toBe(130);
      expect(seat.text).toContain('Interrupted');
    },
  );
});
