import { describe, expect, test as baseTest, vi } from 'vitest';
import { document, errorOf } from '../journeys/run.ts';
import { connectedJourney, statusOf } from '../journeys/journey.ts';
import { unsafeLines } from './printed.ts';
import { waitingLogin } from './waiting-login.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: 120_000 });

/**
 * Escape sequences (7-bit and 8-bit) that set the title, colors, the clipboard and the cursor; direction marks and
 * other invisible characters; line breaks; markup.
 */
const hostile = [
  '\u001b]0;owned\u0007',
  '\u001b]52;c;b3duZWQ=\u001b\\',
  '\u001b[31m\u001b[2J\u001b[1;1H',
  '\u009b31m\u009d0;owned\u009c',
  '\u202egnp.exe\u2066\u200b\u200d\ufeff\u{e0041}',
  '\r\nFAKE: Connected\r\u0008\u0000\u0085\u2028\u2029',
  '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&',
].join('');

describe('the text in a hostile redirect', () => {
  test('is never shown if the state doesn’t match', async ({ onTestFinished }) => {
    const login = await waitingLogin(onTestFinished);
    for (const state of [undefined, 'wrong', hostile]) {
      const target = login.target((query) => {
        for (const name of ['error', 'error_description', 'code', 'app_key']) query.set(name, hostile);
        if (state === undefined) query.delete('state');
        else query.set('state', state);
      });
      const { body } = await login.ask('GET', target);
      expect(body).not.toMatch(/owned|FAKE|alert/);
    }
    const { run } = await login.completes();
    expect(run.stdout + run.stderr).not.toMatch(/owned|FAKE|alert/);
    expect(unsafeLines(run)).toEqual([]);
  });

  test.for([
    ['JSON', ['--json']],
    ['text', []],
  ] as const)(
    'can’t control the terminal in %s output if the redirect reports an error for this login',
    async ([, flags], { onTestFinished }) => {
      const login = await waitingLogin(onTestFinished, flags);
      const target = login.target((query) => {
        query.set('code', 'null');
        query.set('error', hostile);
        query.set('error_description', hostile);
      });
      const { body } = await login.ask('GET', target);
      const run = await login.ended;
      expect(run.exitCode).toBe(1);
      expect(run.stdout + run.stderr).toContain('ended without an authorization');
      expect(unsafeLines(run)).toEqual([]);
      expect(body).not.toMatch(/owned|alert/);
    },
  );

  test.for([
    ['JSON', ['--json']],
    ['text', []],
  ] as const)(
    'can’t control the terminal in %s output if the redirect names another app',
    async ([, flags], { onTestFinished }) => {
      const login = await waitingLogin(onTestFinished, flags);
      const { body } = await login.ask(
        'GET',
        login.target((query) => {
          query.set('app_key', hostile.slice(-80));
          query.set('locale', hostile);
        }),
      );
      const run = await login.ended;
      expect(run.exitCode).toBe(1);
      if (flags.length > 0) expect(errorOf(run).code).toBe('app-key-mismatch');
      expect(run.stdout + run.stderr).toContain('another app');
      expect(unsafeLines(run)).toEqual([]);
      expect(body).toContain('another app');
      expect(body).not.toMatch(/<script>alert|<img/);
    },
  );
});

describe('a shop name', () => {
  const wide = '広い店 👩‍👩‍👧 🏴‍☠️ مرحبا'.repeat(20);

  test('with escape sequences and direction marks can’t control the terminal in any command that shows it', async ({
    onTestFinished,
  }) => {
    const { machine, shop } = await connectedJourney(onTestFinished, { shopNames: [hostile, wide] });
    const asked = [['connect'], ['status'], ['scopes'], ['doctor'], ['disconnect', '--revoke', '--yes']];
    for (const args of asked.slice(0, 4)) {
      for (const flags of [[], ['--json'], ['--debug']]) {
        const run = await machine.run([...args, ...flags], { limit: 60_000 });
        expect(run.exitCode, run.stderr).toBe(0);
        expect(unsafeLines(run), args.join(' ')).toEqual([]);
      }
    }
    const { profiles } = await statusOf(machine);
    expect(profiles[0]?.['shops']).toMatchObject([{ name: hostile }, { name: wide }]);
    const last = await machine.run(['disconnect', '--revoke', '--yes', '--json']);
    expect(unsafeLines(last)).toEqual([]);
    expect(JSON.stringify(document(last))).toContain('owned');
    expect(shop.violations).toEqual([]);
  });
});
