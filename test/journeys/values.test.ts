import { execFileSync } from 'node:child_process';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as baseTest } from 'vitest';
import { noFifos, onWindows } from '../tools/systems.ts';
import type { After } from './machine.ts';
import { document, errorOf } from './run.ts';
import { freshJourney, shownSecrets, stateOf, statusOf, type Journey } from './journey.ts';

const test = baseTest.concurrent;

/** A wrong value, and the expected message about it. */
interface Refusal {
  readonly flag: '--app-key' | '--service-id' | '--app-secret-stdin';
  readonly value: (app: Journey['shop']['app']) => string;
  readonly reported: RegExp;
}

const refusals: Readonly<Record<string, Refusal>> = {
  'an empty App Key': { flag: '--app-key', value: () => '', reported: /This is empty/ },
  'dots for the App Key': { flag: '--app-key', value: () => '6abc••••••••', reported: /masked/ },
  'asterisks for the App Secret': { flag: '--app-secret-stdin', value: () => '***', reported: /masked/ },
  'an empty App Secret': { flag: '--app-secret-stdin', value: () => ' \n', reported: /This is empty/ },
  'a Service ID with x’s, as in the guide': {
    flag: '--service-id',
    value: () => '7629014xxxx0705549',
    reported: /masked/,
  },
  'the App Key as Service ID': {
    flag: '--service-id',
    value: ({ appKey }) => appKey,
    reported: /This is your App Key; the Service ID is the 19-digit number under the app’s name/,
  },
  'the Service ID as App Key': {
    flag: '--app-key',
    value: ({ serviceId }) => serviceId,
    reported: /This is your Service ID; the App Key/,
  },
  'the App Key as App Secret': {
    flag: '--app-secret-stdin',
    value: ({ appKey }) => appKey,
    reported: /This is your App Key; the App Secret/,
  },
  'the App Secret as App Key': {
    flag: '--app-key',
    value: ({ appSecret }) => appSecret,
    reported: /This is your App Secret; the App Key/,
  },
  'a sample Service ID': { flag: '--service-id', value: () => '7369437808455026474', reported: /sample/ },
  'the other sample Service ID': { flag: '--service-id', value: () => '7431458374265161478', reported: /sample/ },
  'the other region’s authorization link': {
    flag: '--service-id',
    value: ({ serviceId }) => `https://services.us.tiktokshop.com/open/authorize?service_id=${serviceId}`,
    reported: /US/,
  },
};

/** The arguments and stdin of `connect` with one value replaced. */
function withValue({ connect, shop, secret }: Journey, { flag, value }: Refusal): { args: string[]; stdin: string } {
  const wrong = value(shop.app);
  if (flag === '--app-secret-stdin') return { args: [...connect], stdin: wrong };
  const args = [...connect];
  args[args.indexOf(flag) + 1] = wrong;
  return { args, stdin: secret.stdin };
}

describe('connect refuses, even with --yes,', () => {
  test.for(Object.entries(refusals))('%s', async ([, refusal], { onTestFinished }) => {
    const journey = await freshJourney(onTestFinished);
    const { args, stdin } = withValue(journey, refusal);
    const run = await journey.machine.run([...args, '--json'], { stdin });
    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 2 });
    const { code, message } = errorOf(run);
    expect(code).toBe('credential-refused');
    expect(message).toContain(refusal.flag);
    expect(message).toMatch(refusal.reported);
    expect(shownSecrets(run, journey.shop.secrets)).toEqual([]);
    expect(journey.shop.requests).toEqual([]);
  });
});

test('after a refusal, only the refused value has to be entered again', async ({ onTestFinished }) => {
  const journey = await freshJourney(onTestFinished);
  const { machine, shop, secret } = journey;
  const { args } = withValue(journey, { flag: '--service-id', value: ({ appKey }) => appKey, reported: /./ });
  expect(await machine.run([...args, '--json'], secret)).toMatchObject({ exitCode: 2 });
  expect(await stateOf(machine)).toBe('connecting');
  const run = await machine.run(['connect', '--service-id', shop.app.serviceId, '--json']);
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
});

describe('a value in an unusual format', () => {
  test('is refused without a terminal, and accepted with --yes', async ({ onTestFinished }) => {
    const journey = await freshJourney(onTestFinished);
    const { args, stdin } = withValue(journey, { flag: '--app-key', value: () => 'abcdef123', reported: /./ });
    const careful = await journey.machine.run([...args.filter((arg) => arg !== '--yes'), '--json'], { stdin });
    expect(careful.exitCode).toBe(2);
    expect(errorOf(careful)).toMatchObject({
      code: 'credential-refused',
      message: expect.stringContaining('--yes') as string,
    });
    // The error says it, so a warning would only repeat it.
    expect(careful.stderr).not.toMatch(/usually/);
    const overruled = await journey.machine.run([...args, '--no-browser', '--timeout', '0.001', '--json'], { stdin });
    expect(errorOf(overruled).code).toBe('authorization-timeout');
    expect(overruled.stderr).toMatch(/usually/);
  });
});

describe('connect accepts values with', () => {
  const wide = (text: string): string => text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));

  test.for<[string, (app: Journey['shop']['app']) => { appKey?: string; appSecret?: string; serviceId?: string }]>([
    ['spaces and quotes', ({ appKey, appSecret }) => ({ appKey: `  "${appKey}" `, appSecret: `\t“${appSecret}”\r\n` })],
    ['labels', ({ appKey, serviceId }) => ({ appKey: `App Key: ${appKey}`, serviceId: `ID: ${serviceId}` })],
    [
      'invisible characters',
      ({ appKey, serviceId }) => ({ appKey: `\u200b${appKey}\ufeff`, serviceId: `${serviceId}\u200b` }),
    ],
    ['full-width digits', ({ serviceId }) => ({ serviceId: wide(serviceId) })],
    [
      'the authorization link around the Service ID',
      ({ serviceId }) => ({ serviceId: `https://services.tiktokshop.com/open/authorize?service_id=${serviceId}` }),
    ],
  ])('%s', async ([, dirty], { onTestFinished }) => {
    const { machine, shop, redirectUrl } = await freshJourney(onTestFinished);
    const { appKey, appSecret, serviceId } = { ...shop.app, ...dirty(shop.app) };
    const args = [
      'connect',
      '--region',
      'row',
      '--redirect-url',
      redirectUrl,
      '--app-key',
      appKey,
      '--service-id',
      serviceId,
    ];
    const secretFile = join(machine.directory, 'secret.txt');
    await writeFile(secretFile, appSecret);
    const run = await machine.run([...args, '--app-secret-file', secretFile, '--json']);
    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
    expect(document(run)).toMatchObject({ appKey: shop.app.appKey, serviceId: shop.app.serviceId });
    expect(await statusOf(machine)).toMatchObject({ profiles: [{ appKey: shop.app.appKey }] });
  });
});

test('the error names a missing secret file', async ({ onTestFinished }) => {
  const { machine, connect } = await freshJourney(onTestFinished);
  const args = connect.filter((arg) => arg !== '--app-secret-stdin');
  const run = await machine.run([...args, '--app-secret-file', join(machine.directory, 'nowhere'), '--json']);
  expect(run.exitCode).toBe(1);
  expect(errorOf(run)).toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('nowhere') as string,
  });
});

describe('an App Secret in a pipe, as a password manager writes it,', () => {
  const started = async (onTestFinished: After) => {
    const { machine, connect, secret } = await freshJourney(onTestFinished);
    const pipe = join(machine.directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const args = connect.filter((arg) => arg !== '--app-secret-stdin');
    const running = machine.start([...args, '--app-secret-file', pipe, '--json']);
    // Waits until the program has opened the pipe.
    const writer = await open(pipe, 'w');
    onTestFinished(() => writer.close());
    return { running, writer, secret };
  };

  test('is read', async ({ onTestFinished, skip }) => {
    skip(onWindows, noFifos);
    const { running, writer, secret } = await started(onTestFinished);
    await writer.write(secret.stdin);
    await writer.close();
    const run = await running.ended;
    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  });

  test('is refused if the pipe never ends', async ({ onTestFinished, skip }) => {
    skip(onWindows, noFifos);
    const { running, writer } = await started(onTestFinished);
    await writer.write('y'.repeat(70_000));
    const run = await running.ended;
    expect(errorOf(run)).toMatchObject({
      code: 'credential-refused',
      message: expect.stringContaining('far too long') as string,
    });
  });

  test('is waited for until Ctrl-C', async ({ onTestFinished, skip }) => {
    skip(onWindows, noFifos);
    const { running } = await started(onTestFinished);
    running.kill('SIGINT');
    const run = await running.ended;
    expect(run.exitCode).toBe(130);
    expect(errorOf(run).code).toBe('interrupted');
  });
});

test('an App Secret with a control character is refused, and the error names its flag', async ({ onTestFinished }) => {
  const { machine, connect } = await freshJourney(onTestFinished);
  const args = connect.filter((arg) => arg !== '--app-secret-stdin');
  const secretFile = join(machine.directory, 'secret.txt');
  await writeFile(secretFile, 'a\u0001b');
  const run = await machine.run([...args, '--app-secret-file', secretFile, '--json']);
  expect(run.exitCode).toBe(2);
  expect(errorOf(run)).toMatchObject({
    code: 'credential-refused',
    message: expect.stringContaining('--app-secret-file') as string,
    fix: expect.stringContaining('--app-secret-file') as string,
  });
});

describe('a Redirect URL is refused if it is', () => {
  test.for<[string, string, RegExp]>([
    ['http: on another host', 'http://example.com/callback', /https/],
    ['OttoKit’s with a slash at the end', 'https://api.ottokit.com/tiktok_shop/connection/', /slash/],
    ['OttoKit’s in different case', 'https://api.ottokit.com/TikTok_Shop/connection', /differ in case/],
    ['OttoKit’s with http:', 'http://api.ottokit.com/tiktok_shop/connection', /http:/],
    ['not a whole address', 'callback', /whole address/],
  ])('%s', async ([, redirectUrl, reported], { onTestFinished }) => {
    const { machine, connect, secret } = await freshJourney(onTestFinished);
    const args = [...connect.filter((arg) => arg !== '--yes'), '--redirect-url', redirectUrl, '--json'];
    const run = await machine.run(args, secret);
    expect(run.exitCode).toBe(2);
    expect(errorOf(run)).toMatchObject({
      code: 'redirect-url-refused',
      message: expect.stringMatching(reported) as string,
    });
  });
});

test.for(['https://example.com', 'http://127.0.0.1.example.com:80', 'http://10.0.0.1:8080', 'http://user@127.0.0.1/x'])(
  'no secret is sent to an origin that isn’t loopback: %s',
  async (origin, { onTestFinished }) => {
    const { machine, connect, secret } = await freshJourney(onTestFinished, {
      env: { OTTOKIT_TIKTOK_ORIGIN: origin },
    });
    const run = await machine.run([...connect, '--json'], secret);
    expect(run.exitCode).toBe(2);
    expect(errorOf(run).code).toBe('origin-not-loopback');
  },
);
