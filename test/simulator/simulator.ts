import { setTimeout as delay } from 'node:timers/promises';
import type { Shop } from '../../src/simulator/world.ts';
import { refuse, serve, type Received, type Reply } from '../../src/simulator/server.ts';
import type { Simulator as DemoSimulator } from '../../src/simulator/simulator.ts';
import type { Issued } from './ledger.ts';
import { requestLog, type LoggedRequest, type UnexpectedRequest } from './request-log.ts';
import type { Scenario } from './scenarios.ts';
import { visitAsSeller, type SellerOutcome } from './seller.ts';
import { kindOf, switchedAnswer } from './switched-answers.ts';
import { createWorld, type WorldOptions } from './world.ts';

export interface SimulatorOptions extends WorldOptions {
  /** 0, the default, means any free port. */
  readonly port?: number;
  readonly scenario?: Scenario;
  /** Milliseconds before every response. */
  readonly latency?: number;
  /** Milliseconds that `slow` adds; 5 seconds if omitted. */
  readonly slowness?: number;
  /** The Retry-After of `rate-limit`, in seconds; 30 if omitted. */
  readonly retryAfter?: number;
  /** Makes the authorization link redirect at once, for a browser that only follows redirects. */
  readonly autoApprove?: boolean;
}

export interface Simulator extends Omit<DemoSimulator, 'approve'> {
  /** Acts as the seller's browser; denies in the scenario `deny`. Rejects when `signal` aborts. */
  approveAsSeller(authorizationUrl: string, signal?: AbortSignal): Promise<SellerOutcome>;
  readonly shops: readonly Shop[];
  readonly requests: readonly LoggedRequest[];
  /** Requests that must not be sent to TikTok Shop. Tests expect none. */
  readonly unexpected: readonly UnexpectedRequest[];
  readonly issued: Issued;
  /** Every value that must not appear in a log, on a terminal or in plain text in a file. */
  secrets(): readonly string[];
  setScenario(scenario: Scenario): void;
  expireAccessTokens(): void;
  /** Revokes every existing authorization, as the seller can. */
  revoke(): void;
}

/** Starts the demo's TikTok Shop with scenarios and delays. It records requests, responses and issued values. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  let scenario = options.scenario ?? 'approve';
  const { latency = 0, slowness = 5000, retryAfter = 30, autoApprove = false } = options;
  const world = createWorld(options, () => scenario);
  const log = requestLog();
  const closing = new AbortController();

  const answerTo = async (request: Received): Promise<Reply> => {
    const answered = log.add(request, world.now());
    const reply = orMistake(() => switchedAnswer(request, world, { scenario, autoApprove, retryAfter }));
    const wait = latency + (scenario === 'slow' && kindOf(request) !== 'page' ? slowness : 0);
    if (wait > 0) await delay(wait, undefined, { signal: closing.signal });
    if (reply === 'no-answer') throw new Error('The connection is cut.');
    answered(reply);
    return reply;
  };

  const { origin, close } = await serve({ port: options.port ?? 0, now: world.now, answerTo });
  const { app, shops, visits, ledger } = world;
  const { issued, expireAccessTokens, revoke } = ledger;
  return {
    ...{ origin, app, shops, issued, expireAccessTokens, revoke },
    requests: log.requests,
    unexpected: log.unexpected,
    get signInPageVisits() {
      return visits.size;
    },
    secrets: () => [app.appSecret, ...issued.codes, ...issued.accessTokens, ...issued.refreshTokens, ...issued.ciphers],
    setScenario(next) {
      scenario = next;
    },
    approveAsSeller: (authorizationUrl, signal) =>
      visitAsSeller(authorizationUrl, scenario === 'deny' ? 'deny' : 'approve', origin, signal),
    async close() {
      closing.abort();
      await close();
    },
  };
}

/** Records a request that hits a bug in the simulator as unexpected, so that the test fails. */
function orMistake(answer: () => Reply | 'no-answer'): Reply | 'no-answer' {
  try {
    return answer();
  } catch (thrown) {
    return refuse(`a bug in the simulator: ${String(thrown)}`, { status: 500 });
  }
}
