import { expect } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { makeHttp } from '../../src/network/http.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { hostsOf } from '../../src/tiktok/portals.ts';
import { connect } from '../../src/wizard/connect.ts';
import { personWith } from '../wizard/person.ts';
import type { After, Machine } from './machine.ts';

interface Place {
  readonly machine: Machine;
  readonly shop: {
    readonly origin: string;
    readonly app: { readonly appKey: string; readonly appSecret: string; readonly serviceId: string };
  };
  readonly redirectUrl: string;
}

/**
 * Connects the machine's shop with the wizard of this process, because starting the program and a browser takes ten
 * times as long. For tests that need a connection but aren't about `connect`.
 */
export async function connectInProcess(
  after: After,
  { machine, shop, redirectUrl }: Place,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { http, close } = makeHttp({ env: {}, userAgent: 'ottokit-tiktok-test' });
  after(close);
  const io = {
    ask: null,
    say: personWith({}).say,
    clipboard: null,
    http,
    clock: makeClock(),
    env,
    configDirectory: () => machine.configDirectory,
    dataDirectory: () => machine.dataDirectory,
    signal: new AbortController().signal,
    openBrowser: async (url: string) => {
      await fetch(url);
      return { opened: true } as const;
    },
  };
  const { appKey, appSecret, serviceId } = shop.app;
  const { outcome } = await connect({
    io,
    store: await openStore({ io, keychain: null }),
    hosts: (region) => hostsOf(region, shop.origin),
    windows: {
      find: () => Promise.resolve({ why: 'there is none.' }),
      open: () => Promise.reject(new Error('no window was expected')),
    },
    answers: {
      profile: env['OTTOKIT_TIKTOK_PROFILE'] ?? 'default',
      app: { region: 'row', redirectUrl, appKey, appSecret: new Secret(appSecret), serviceId },
      capture: 'auto',
      timeout: 20_000,
      browser: true,
      restart: false,
      reauthorize: false,
      yes: true,
    },
  });
  expect(outcome).toBe('connected');
}
