import { expect } from 'vitest';
import { startReferenceShop, type ReferenceShop, type ReferenceShopOptions } from './reference-shop.ts';
import { freePort, newMachine, redirectUrlOn, type After, type Machine } from './machine.ts';
import type { Run } from './run.ts';

/** An empty machine, and a reference TikTok Shop that it uses. */
export interface Journey {
  readonly machine: Machine;
  readonly shop: ReferenceShop;
  readonly redirectUrl: string;
  /** `connect` with every answer, without a terminal; the secret goes to stdin. */
  readonly connect: readonly string[];
  readonly secret: { readonly stdin: string };
}

interface Wanted extends Omit<ReferenceShopOptions, 'redirectUrl'> {
  readonly env?: Readonly<Record<string, string>>;
  /** The port of the Redirect URL; a free one if omitted. */
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

/** The same, connected. */
export async function connectedJourney(after: After, wanted: Wanted = {}): Promise<Journey> {
  const journey = await freshJourney(after, wanted);
  const run = await journey.machine.run([...journey.connect, '--json'], journey.secret);
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  return journey;
}

export function connectFlags(app: { appKey: string; serviceId: string }, redirectUrl: string): readonly string[] {
  return ['connect', ...appFlags(app, redirectUrl), '--app-secret-stdin', '--yes'];
}

/** The flags that answer every question about the app except the secret. */
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

/** The output of `status --json` on this machine. */
export async function statusOf(machine: Machine, env: Readonly<Record<string, string>> = {}): Promise<Status> {
  const run = await machine.run(['status', '--json'], { env });
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  return JSON.parse(run.stdout) as Status;
}

/** The one profile's state: `connected`, `connecting`, `waiting for approval`, or `none` when there is no profile. */
export async function stateOf(machine: Machine): Promise<string> {
  const { profiles } = await statusOf(machine);
  expect(profiles.length).toBeLessThanOrEqual(1);
  return profiles[0]?.state ?? 'none';
}
