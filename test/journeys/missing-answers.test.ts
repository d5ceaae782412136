import { describe, expect, test as baseTest } from 'vitest';
import { newMachine } from './machine.ts';
import { errorOf } from './run.ts';
import { freshJourney } from './journey.ts';

const test = baseTest.concurrent;

const allFlags = ['--region', '--redirect-url', '--app-key', '--app-secret-stdin', '--service-id'];

describe('connect with missing answers and without a terminal', () => {
  test('names every missing flag in one message', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run(['connect', '--json']);
    expect(run.exitCode).toBe(2);
    const { code, message, fix } = errorOf(run);
    expect(code).toBe('missing-answers');
    for (const flag of allFlags) {
      expect(message).toContain(flag);
      expect(fix).toContain(flag);
    }
  });

  test('lists the missing flags on stderr if --json is omitted', async ({ onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run(['connect']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    for (const flag of allFlags) expect(run.stderr).toContain(flag);
  });

  test.for<[string, string[], Record<string, string>, string[]]>([
    [
      'the command line',
      ['--app-key', '6abcdefghijkl', '--region', 'us'],
      {},
      ['--redirect-url', '--app-secret-stdin', '--service-id'],
    ],
    [
      'the environment',
      [],
      { OTTOKIT_TIKTOK_APP_KEY: '6abcdefghijkl', OTTOKIT_TIKTOK_APP_SECRET: 'f'.repeat(40) },
      ['--region', '--redirect-url', '--service-id'],
    ],
    ['defaults, with --yes', ['--yes'], {}, ['--region', '--app-key', '--app-secret-stdin', '--service-id']],
  ])('leaves out the flags whose answers come from %s', async ([, flags, env, missing], { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run(['connect', ...flags, '--json'], { env });
    expect(run.exitCode).toBe(2);
    const { message } = errorOf(run);
    expect(allFlags.filter((flag) => message.includes(flag))).toEqual(missing);
  });
});

describe('if an answer could come from several places,', () => {
  const quick = ['--no-browser', '--timeout', '0.001', '--json'];

  test('connect uses the flag first, then the environment, then the store', async ({ onTestFinished }) => {
    const { machine, shop, connect } = await freshJourney(onTestFinished);
    const asked = (): unknown => shop.requests.at(-1)?.query;
    const env = { OTTOKIT_TIKTOK_APP_KEY: '6environment0', OTTOKIT_TIKTOK_APP_SECRET: 'e'.repeat(40) };

    const flagged = await machine.run([...connect, ...quick], { env, stdin: 'f'.repeat(40) });
    expect(errorOf(flagged).code).toBe('authorization-timeout');
    expect(asked()).toMatchObject({ app_key: shop.app.appKey, app_secret: 'f'.repeat(40) });

    await machine.run(['connect', '--yes', ...quick], { env });
    expect(asked()).toMatchObject({ app_key: env.OTTOKIT_TIKTOK_APP_KEY, app_secret: env.OTTOKIT_TIKTOK_APP_SECRET });

    // The values from the environment are now stored, so this run needs neither flags nor variables.
    const count = shop.requests.length;
    const stored = await machine.run(['connect', '--yes', ...quick]);
    expect(errorOf(stored).code).toBe('authorization-timeout');
    for (const { query } of shop.requests.slice(count)) expect(query).toMatchObject({ app_key: '6environment0' });
  });

  test('connect takes the profile from the flag first, then from the environment', async ({ onTestFinished }) => {
    const { machine, connect, secret } = await freshJourney(onTestFinished);
    const env = { OTTOKIT_TIKTOK_PROFILE: 'from-environment' };
    await machine.run([...connect, ...quick], { env, ...secret });
    await machine.run([...connect, ...quick, '--profile', 'from-flag'], { env, ...secret });
    const status = await machine.run(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      profiles: [{ profile: 'from-environment' }, { profile: 'from-flag' }],
    });
  });
});
