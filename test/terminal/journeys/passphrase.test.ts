import { describe, expect, test as baseTest } from 'vitest';
import { connectInProcess } from '../../journeys/in-process.ts';
import { keys } from '../pty.ts';
import { newJourney, type TerminalJourney } from './terminal-journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

const passphrase = 'correct horse battery';

/** A machine whose store is encrypted with the passphrase. */
async function locked(after: Parameters<typeof newJourney>[0]): Promise<TerminalJourney> {
  const journey = await newJourney(after);
  const { machine, simulator, redirectUrl } = journey;
  await connectInProcess(after, { machine, shop: simulator, redirectUrl }, { OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
  return journey;
}

describe('the store’s passphrase', () => {
  test('is asked for again if it is wrong', async ({ onTestFinished }) => {
    const journey = await locked(onTestFinished);
    const session = journey.openTerminal(['status']);
    await session.waitForQuestion('Passphrase for the store');
    session.type(`wrong${keys.enter}`);
    await session.sees('This passphrase doesn’t open the store.');
    await session.waitForQuestion('Passphrase for the store');
    session.type(`${passphrase}${keys.enter}`);
    expect(await session.ended, session.text).toBe(0);
    expect(session.text).toContain('default: authorized at TikTok Shop');
    expect(session.received).not.toContain(passphrase);
  });

  test('isn’t asked for a fourth time', async ({ onTestFinished }) => {
    const journey = await locked(onTestFinished);
    const session = journey.openTerminal(['status']);
    for (let time = 1; time <= 3; time += 1) {
      await session.waitForQuestion('Passphrase for the store');
      session.type(`wrong ${String(time)}${keys.enter}`);
      await session.sees(new RegExp('doesn’t open the store[^]*'.repeat(time)));
    }
    expect(await session.ended).toBe(1);
    expect(session.text).toMatch(/If nobody\s+knows\s+it,\s+move/);
  });

  test.for([['status'], ['doctor', 'store', 'token'], ['token']])(
    'doesn’t have to be entered to leave %s with Ctrl-C',
    async (args, { onTestFinished }) => {
      const journey = await locked(onTestFinished);
      const session = journey.openTerminal(args);
      await session.waitForQuestion('Passphrase for the store');
      session.type(keys.ctrlC);
      expect(await session.ended, session.text).toBe(130);
      expect(session.text).toContain('Interrupted');
    },
  );
});
