import { expect } from 'vitest';
import { connectInProcess } from './in-process.ts';
import { startReferenceShop, type ReferenceShop, type ReferenceShopOptions } from './reference-shop.ts';
import { freePort, newMachine, redirectUrlOn, type After, type Machine } from './machine.ts';
import type { Run } from './run.ts';

/** An empty machine and the reference TikTok Shop it uses. */
export interface Journey {
  readonly machine: Machine;
  readonly shop: ReferenceShop;
  readonly redirectUrl: string;
  /** The arguments of `connect` that answer every question; the App Secret is read from stdin. */
  readonly connect: readonly string[];
  readonly secret: { readonly stdin: string };
}

interface Wanted extends Omit<ReferenceShopOptions, 'redirectUrl'> {
  readonly env?: Readonly<Record<string, string>>;
  /** The port of the Redirect URL; an unused one if omitted. */
  readonly port?: number;
}

export async function freshJourney(after: After, { env = {}, port, ...options }: Wanted = {}): Promise<Journey> {
  const redirectUrl = redirectUrlOn(port ?? (await freePort()));
  const shop = await startReferenceShop({ redirectUrl, ...options });
  after(() => shop.close());
  const machine = await newMachine(after, { OTTOKIT_TIKTOK_ORIGIN: shop.origin, ...env });
  return {
    machine,
    shop,
    redirectUrl,
    connect: connectFlags(shop.app, redirectUrl),
    secret: { stdin: `${shop.app.appSecret}\n` },
  };
}

/** A fresh journey whose shop is connected, without starting the built program. */
export async function connectedJourney(after: After, wanted: Wanted = {}): Promise<Journey> {
  const journey = await freshJourney(after, wanted);
  await connectInProcess(after, journey, wanted.env);
  return journey;
}

/** A fresh journey whose shop the built program then connects, in the machine's browser. */
export async function journeyConnectedByProgram(after: After, wanted: Wanted = {}): Promise<Journey> {
  const journey = await freshJourney(after, wanted);
  const run = await journey.machine.run([...journey.connect, '--json'], journey.secret);
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  return journey;
}

export function connectFlags(app: { appKey: string; serviceId: string }, redirectUrl: string): readonly string[] {
  return ['connect', ...appFlags(app, redirectUrl), '--app-secret-stdin', '--yes'];
}

/** The flags that answer every question about the app except the App Secret. */
export function appFlags(app: { appKey: string; serviceId: string }, redirectUrl: string): readonly string[] {
  return [
    ...['--region', 'row'],
    ...['--redirect-url', redirectUrl],
    ...['--app-key', app.appKey],
    ...['--service-id', app.serviceId],
  ];
}

/** The secrets that appear in the run's output; there should be none. */
export function shownSecrets({ stdout, stderr }: Run, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => stdout.includes(secret) || stderr.includes(secret));
}

interface Status {
  readonly keySource: string | null;
  readonly profiles: readonly (Record<string, unknown> & { profile: string; state: string })[];
}

/** Runs `status --json` on the machine and returns its output. */
export async function statusOf(machine: Machine, env: Readonly<Record<string, string>> = {}): Promise<Status> {
  const run = await machine.run(['status', '--json'], { env });
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  return JSON.parse(run.stdout) as Status;
}

/** The only profile's state: `connected`, `connecting`, `waiting for approval`, or `none` if there is no profile. */
export async function stateOf(machine: Machine): Promise<string> {
  const { profiles } = await statusOf(machine);
  expect(profiles.length).toBeLessThanOrEqual(1);
  return profiles[0]?.state ?? 'none';
}
