import { createServer } from 'node:https';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { errorOf, type Run } from '../journeys/run.ts';
import { freshJourney, shownSecrets, stateOf, type Journey } from '../journeys/journey.ts';
import { makeAuthority, type Authority } from '../network/certificates.ts';
import { listening, serveProxy } from '../network/servers.ts';

vi.setConfig({ testTimeout: 120_000 });

let authority: Authority;

beforeAll(() => {
  authority = makeAuthority();
});
afterAll(() => {
  authority.remove();
});

const hosts = ['services.tiktokshop.com', 'auth.tiktok-shops.com', 'open-api.tiktokglobalshop.com'];
const theirNames = hosts.map((host) => `DNS:${host}`).join();
const [user, password] = ['an office', 'pass:word@of/the proxy'];

interface Office {
  readonly journey: Journey;
  readonly proxy: Awaited<ReturnType<typeof serveProxy>>;
  /** Runs the program. Its connections to TikTok Shop's real host names go through the proxy and end on this computer. */
  run(args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<Run>;
}

/**
 * An office network whose proxy asks for a password and intercepts TLS: a server with a certificate for `names` answers
 * as TikTok Shop's hosts, under their real names.
 */
async function office(after: Parameters<typeof freshJourney>[0], names = theirNames): Promise<Office> {
  const journey = await freshJourney(after);
  const { machine, shop, secret } = journey;
  const { port } = await listening(
    createServer(authority.issue(names), (incoming, response) => {
      const { method, headers, url = '/' } = incoming;
      const onward = request(new URL(url, shop.origin), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.end();
    }),
  );
  const right = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const proxy = await serveProxy(port, (given) => (given === right ? null : 407));
  const place = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${String(proxy.port)}`;
  const behind = {
    OTTOKIT_TIKTOK_ORIGIN: undefined,
    HTTPS_PROXY: `http://${place}`,
    NODE_EXTRA_CA_CERTS: authority.file,
  };
  return {
    journey,
    proxy,
    async run(args, env = {}) {
      const running = machine.start(args, { ...secret, env: { ...behind, ...env }, limit: 60_000 });
      const shown = await running.seen(/^https:\/\/\S+\/open\/authorize\?\S+$/m).catch(() => undefined);
      if (shown !== undefined) await approve(journey, shown[0]);
      return await running.ended;
    },
  };
}

/** Acts as the seller's browser, which reaches TikTok Shop without the proxy. */
async function approve({ shop }: Journey, address: string): Promise<void> {
  const url = new URL(address);
  expect(url.host).toBe(hosts[0]);
  await fetch(shop.origin + url.pathname + url.search);
}

function expectNothingGivenAway(run: Run, { journey }: Office): void {
  const secrets = [...journey.shop.secrets, password, encodeURIComponent(password)];
  expect(shownSecrets(run, secrets)).toEqual([]);
  expect(run.stdout + run.stderr).not.toMatch(/REJECT_UNAUTHORIZED|rejectUnauthorized|insecure|strict-ssl|--no-check/i);
}

test('connect reaches TikTok Shop’s real host names through an intercepting proxy that requires a password', async ({
  onTestFinished,
}) => {
  const place = await office(onTestFinished);
  const { journey, proxy } = place;

  const run = await place.run([...journey.connect, '--no-browser', '--json', '--debug']);

  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  expectNothingGivenAway(run, place);
  expect(new Set(proxy.asked.map(({ authority: asked }) => asked))).toEqual(
    new Set(hosts.slice(1).map((host) => `${host}:443`)),
  );
  expect(await stateOf(journey.machine)).toBe('connected');
  const doctor = await place.run(['doctor', 'network', 'token', 'shops', '--json']);
  expect(doctor, doctor.stdout).toMatchObject({ exitCode: 0 });
  expect(doctor.stdout).toContain(`127.0.0.1:${String(proxy.port)}`);
  expectNothingGivenAway(doctor, place);
  expect(journey.shop.violations).toEqual([]);
});

const refusals: readonly {
  readonly what: string;
  readonly names?: string;
  readonly env?: (office: Office) => Readonly<Record<string, string | undefined>>;
  readonly expected: RegExp;
  readonly advised: RegExp;
}[] = [
  {
    what: 'a proxy that refuses the password',
    env: ({ proxy }) => ({ HTTPS_PROXY: `http://${user}:wrong@127.0.0.1:${String(proxy.port)}` }),
    expected: /proxy answered 407/,
    advised: /user name and password of the proxy in HTTPS_PROXY/,
  },
  {
    what: 'a proxy that isn’t running',
    env: () => ({ HTTPS_PROXY: 'http://127.0.0.1:9' }),
    expected: /proxy/,
    advised: /HTTPS_PROXY/,
  },
  {
    what: 'interception with a certificate from an unknown authority',
    env: () => ({ NODE_EXTRA_CA_CERTS: undefined }),
    expected: /certificate/,
    advised: /NODE_EXTRA_CA_CERTS=/,
  },
  {
    what: 'a certificate for another name',
    names: 'DNS:other.example',
    expected: /certificate/,
    advised: /another network/,
  },
];

test.for(refusals.map((refusal) => [refusal.what, refusal] as const))(
  '%s is reported, no request reaches TikTok Shop, and no advice weakens certificate verification',
  async ([, { names, env, expected, advised }], { onTestFinished }) => {
    const place = await office(onTestFinished, names);
    const { journey } = place;
    const given = env?.(place) ?? {};

    const run = await place.run([...journey.connect, '--no-browser', '--json', '--debug'], given);

    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 1 });
    expect(errorOf(run).code).toBe('network-failed');
    expect(errorOf(run).message).toMatch(expected);
    expect(errorOf(run).fix).toContain('ottokit-tiktok doctor network');
    expectNothingGivenAway(run, place);
    const doctor = await place.run(['doctor', 'network', '--json'], given);
    expect(doctor).toMatchObject({ exitCode: 1 });
    expect(doctor.stdout).toMatch(advised);
    expectNothingGivenAway(doctor, place);
    expect(journey.shop.requests).toEqual([]);
  },
);
