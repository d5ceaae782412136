import { createWorld, type SimulatorOptions } from './create-world.ts';
import type { Issued } from './ledger.ts';
import { answerTo, delayOf } from './routes.ts';
import type { Scenario } from './scenarios.ts';
import { visitAsSeller, type SellerOutcome } from './seller.ts';
import { serve, type LoggedRequest, type UnexpectedRequest } from './server.ts';
import type { App, Shop } from './world.ts';

export interface Simulator {
  /** `http://127.0.0.1:PORT`: stands for the `services`, `auth` and `open-api` hosts of TikTok Shop. */
  readonly origin: string;
  readonly app: App;
  readonly shops: readonly Shop[];
  readonly requests: readonly LoggedRequest[];
  /** Requests that no TikTok Shop would be asked; a test asserts that there are none. */
  readonly unexpected: readonly UnexpectedRequest[];
  /** How often the authorization address was opened and led to the page for signing in. */
  readonly consentPageVisits: number;
  readonly issued: Issued;
  /** Every value that must not be found in a log, a terminal or a file in clear. */
  secrets(): readonly string[];
  setScenario(scenario: Scenario): void;
  expireAccessTokens(): void;
  /** The seller takes every authorization given so far back. */
  revoke(): void;
  approveAsSeller(authorizationUrl: string, signal?: AbortSignal): Promise<SellerOutcome>;
  close(): Promise<void>;
}

/** Starts a TikTok Shop on 127.0.0.1. Rejects with the system's error when the port cannot be had. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  let scenario = options.scenario ?? 'approve';
  let visits = 0;
  const world = createWorld(
    options,
    () => scenario,
    () => {
      visits += 1;
    },
  );
  const server = await serve(options.port ?? 0, {
    now: () => world.now(),
    delayOf: (request) => delayOf(request, world),
    answerTo: (request) => answerTo(request, world),
  });
  const { app, shops, ledger } = world;
  const { codes, accessTokens, refreshTokens, ciphers } = ledger.issued;
  return {
    origin: server.origin,
    app,
    shops,
    requests: server.requests,
    unexpected: server.unexpected,
    issued: ledger.issued,
    get consentPageVisits() {
      return visits;
    },
    secrets: () => [app.appSecret, ...codes, ...accessTokens, ...refreshTokens, ...ciphers],
    setScenario(next) {
      scenario = next;
    },
    expireAccessTokens: () => {
      ledger.expireAccessTokens();
    },
    revoke: () => {
      ledger.revoke();
    },
    approveAsSeller: (authorizationUrl, signal) =>
      visitAsSeller(authorizationUrl, scenario === 'deny' ? 'deny' : 'approve', server.origin, signal),
    close: () => server.close(),
  };
}
