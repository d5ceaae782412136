import { badGateway, notFound, refuse, type Answer, type Reply } from './answers.ts';
import { decide, openAuthorization, showConsent, signIn } from './authorize.ts';
import { deauthorizeShop, listShops } from './open-api.ts';
import type { Received } from './received.ts';
import { exchangeCode, refreshTokens } from './tokens.ts';
import type { World } from './world.ts';

type Handler = (request: Received, world: World) => Reply;

interface Route {
  readonly answer: Handler;
  /** Whether it stands for a host that can be slow or down; the pages always work. */
  readonly machine: boolean;
}

const page = (answer: Handler): Route => ({ answer, machine: false });
const machine = (answer: Handler): Route => ({ answer, machine: true });

/** One address stands for all three hosts of TikTok Shop, whose paths do not collide. */
const routes: ReadonlyMap<string, Route> = new Map([
  ['GET /open/authorize', page(openAuthorization)],
  ['POST /simulator/sign-in', page(signIn)],
  ['GET /simulator/consent', page(showConsent)],
  ['POST /simulator/consent', page(decide)],
  // Browsers ask for it by themselves.
  ['GET /favicon.ico', page(() => ({ status: 204, headers: {}, body: '' }))],
  ['GET /api/v2/token/get', machine(exchangeCode)],
  ['GET /api/v2/token/refresh', machine(refreshTokens)],
  ['GET /authorization/202309/shops', machine(listShops)],
  ['DELETE /authorization/202403/shops', machine(deauthorizeShop)],
]);

export function answerTo(request: Received, world: World): Answer {
  if (!isLoopback(request.headers['host'])) {
    return refuse('the Host header does not name this computer', { status: 421 });
  }
  const route = routes.get(`${request.method} ${request.path}`);
  if (route === undefined) return notFound('no such method and path');
  if (request.repeated.length > 0) return refuse(`given more than once: ${request.repeated.join(', ')}`);
  if (route.machine && world.scenario() === 'down') return 'no-answer';
  if (route.machine && world.scenario() === 'bad-gateway') return badGateway();
  return route.answer(request, world);
}

/** Milliseconds to wait before a request is answered. */
export function delayOf({ method, path }: Received, world: World): number {
  const slow = world.scenario() === 'slow' && routes.get(`${method} ${path}`)?.machine === true;
  return world.rules.latency + (slow ? world.rules.slowness : 0);
}

/** A page elsewhere that makes its own name point here is turned away. */
function isLoopback(host: string | undefined): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host ?? '');
}
