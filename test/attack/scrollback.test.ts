import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { tracesIn } from '../journeys/traces.ts';
import { connectedJourney, freshJourney, statusOf, type Journey } from '../journeys/journey.ts';
import { holdStore } from '../terminal/held-store.ts';
import { keys, paste, Person } from '../terminal/pty.ts';
import { noTerminals, skipOnWindows } from '../tools/systems.ts';

skipOnWindows(noTerminals);

vi.setConfig({ testTimeout: 120_000 });

const launcher = fileURLToPath(new URL('../../bin/ottokit-tiktok.cjs', import.meta.url));

/** Runs the program in a terminal on this machine, as a user does. */
function atTerminal({ machine, shop }: Journey, args: readonly string[], env: Record<string, string> = {}): Person {
  return new Person([process.execPath, launcher, ...args], {
    columns: 300,
    env: {
      HOME: machine.home,
      TMPDIR: machine.temporaryDirectory,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(machine.directory, 'no-bus')}`,
      OTTOKIT_TIKTOK_CONFIG_DIR: machine.configDirectory,
      OTTOKIT_TIKTOK_ORIGIN: shop.origin,
      ...env,
    },
  });
}

const received = ({ screen }: Person, secrets: readonly string[]): readonly string[] =>
  tracesIn(Buffer.from(screen.received), secrets);

function showsNothingOf({ shop }: Journey, person: Person): void {
  expect(received(person, shop.secrets)).toEqual([]);
  // Not even the beginning or the end of it is shown.
  expect(person.screen.received).not.toContain(shop.app.appSecret.slice(0, 6));
  expect(person.screen.received).not.toContain(shop.app.appSecret.slice(-6));
}

/** Completes the authorization and waits for the program to exit. */
async function authorizes(person: Person): Promise<void> {
  await person.sees('/open/authorize');
  const [address = ''] = /http\S+\/open\/authorize\S+/.exec(person.screen.received) ?? [];
  await fetch(address);
  expect(await person.ended, person.screen.text).toBe(0);
}

/** Matches the question itself, not the text before it. */
const asked = /^(\? )?App Secret( \(what you type isn.t shown\):)?\s*$/m;

describe.each([
  ['an ordinary terminal', {}],
  ['a terminal for a screen reader', { ACCESSIBLE: '1' }],
])('on %s', (_, env) => {
  test.for<[string, (secret: string) => readonly string[]]>([
    ['as a bracketed paste', (secret) => [paste(secret), keys.enter]],
    ['as an unbracketed paste, with Enter included', (secret) => [`${secret}${keys.enter}`]],
    ['with spaces and quotes around it', (secret) => [paste(`  "${secret}"`), keys.enter]],
    ['letter by letter, with a typo', (secret) => [...Array.from(secret), 'x', keys.backspace, keys.enter]],
    ['and followed by Ctrl-T', (secret) => [paste(secret), keys.ctrlT, keys.enter]],
  ])(
    'the App Secret is neither on the screen nor in the scrollback when entered %s',
    async ([, typed], { onTestFinished }) => {
      const journey = await freshJourney(onTestFinished);
      const { shop, connect } = journey;
      const flags = connect.filter((flag) => flag !== '--app-secret-stdin');
      const person = atTerminal(journey, [...flags, '--no-browser', '--capture', 'listener'], env);
      await person.sees(asked);
      for (const key of typed(shop.app.appSecret)) person.type(key);
      await authorizes(person);
      showsNothingOf(journey, person);
    },
  );

  test('the App Secret isn’t shown when pasted at “App Key”, alone or with the rest of the app’s page', async ({
    onTestFinished,
  }) => {
    const journey = await freshJourney(onTestFinished);
    const { appKey, appSecret } = journey.shop.app;
    const flags = journey.connect.filter((flag) => !['--app-key', appKey, '--app-secret-stdin'].includes(flag));
    const person = atTerminal(journey, [...flags, '--no-browser', '--capture', 'listener'], env);
    await person.sees(/^(\? )?App Key:?\s*$/m);
    person.type(`${paste(appSecret)}${keys.enter}`);
    await person.sees('This is your App Secret');
    person.type(paste(`My app\rCredentials\rApp key\r${appKey}\rApp secret\r${appSecret}\r`));
    await person.sees('the whole page');
    person.type(keys.enter);
    await authorizes(person);
    showsNothingOf(journey, person);
  });

  test('the App Secret isn’t shown when pasted before the question appears', async ({ onTestFinished }) => {
    const journey = await freshJourney(onTestFinished);
    const { shop, connect } = journey;
    const given = ['--app-key', shop.app.appKey, '--app-secret-stdin'];
    const flags = connect.filter((flag) => !given.includes(flag));
    const person = atTerminal(journey, [...flags, '--no-browser', '--capture', 'listener'], env);
    await person.sees(/^(\? )?App Key:?\s*$/m);
    const release = await holdStore(journey.machine.configDirectory);
    person.type(`${shop.app.appKey}${keys.enter}`);
    await vi.waitFor(() => {
      expect(person.screen.received).toMatch(new RegExp(`App Key.*${shop.app.appKey}.*\\r\\n`));
    }, 10_000);
    person.type(person.screen.marksPastes ? paste(shop.app.appSecret) : shop.app.appSecret);
    await release();
    await person.sees(/^(\? )?App Secret( •{40}| \(what you type isn.t shown\):)\s*$/m);
    person.type(keys.enter);
    await authorizes(person);
    showsNothingOf(journey, person);
  });
});

test('a new passphrase is asked for twice and never shown', async ({ onTestFinished }) => {
  const journey = await connectedJourney(onTestFinished);
  const passphrase = 'corrected horse';
  const person = atTerminal(journey, ['store', 'move', 'passphrase']);
  const answer = async (question: string, text: string): Promise<void> => {
    await person.sees(question);
    person.type(`${text}${keys.enter}`);
  };
  await answer('New passphrase', '');
  await person.sees('can’t be empty');
  person.type(`${passphrase}${keys.enter}`);
  await answer('again', 'corrected house');
  await person.sees('differ');
  await person.sees(/differ[^]*New passphrase/);
  person.type(`${passphrase}${keys.enter}`);
  await person.sees(/differ[^]*again/);
  person.type(`${passphrase}${keys.enter}`);
  expect(await person.ended, person.screen.text).toBe(0);
  expect(person.screen.text).toContain('locked with a passphrase now');
  expect(received(person, [passphrase])).toEqual([]);
  const { keySource, profiles } = await statusOf(journey.machine, { OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
  expect([keySource, profiles[0]?.state]).toEqual(['passphrase', 'connected']);
});
