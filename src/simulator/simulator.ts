import { approve, decide, openAuthorization, showConsent, signIn } from './authorize.ts';
import { exchangeCode, listShops } from './endpoints.ts';
import { refuse, serve, type Received, type Reply } from './server.ts';
import { createWorld, type World } from './world.ts';

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/** Rejects with the system's error if it can't listen on 127.0.0.1. */
export async function startSimulator({ redirectUrl }: { redirectUrl: string }) {
  const world = createWorld(redirectUrl);
  const { origin, close } = await serve({ port: 0, now: world.now, answerTo: (request) => answerTo(request, world) });
  return {
    /** `http://127.0.0.1:PORT`, in place of TikTok Shop's `services`, `auth` and `open-api` hosts. */
    origin,
    app: world.app,
    get signInPageVisits() {
      return world.visits.size;
    },
    /** Approves without a browser. Returns the address that the seller's browser would be sent to. */
    approve: (authorizationUrl: string) => approve(world, new URL(authorizationUrl).searchParams.get('state')),
    close,
  };
}

export type Routes = ReadonlyMap<string, (request: Received, world: World) => Reply>;

/** One server plays all three hosts of TikTok Shop, because their paths don't overlap. */
export const demoRoutes: Routes = new Map([
  ['GET /open/authorize', openAuthorization],
  ['POST /simulator/sign-in', signIn],
  ['GET /simulator/consent', showConsent],
  ['POST /simulator/consent', decide],
  // Browsers request this on their own.
  ['GET /favicon.ico', () => ({ status: 204, headers: {}, body: '' })],
  ['GET /api/v2/token/get', exchangeCode],
  ['GET /authorization/202309/shops', listShops],
]);

export const answerTo = (request: Received, world: World, routes = demoRoutes): Reply =>
  refuseRequest(request, routes) ?? routes.get(routeOf(request))?.(request, world) ?? notFound;

export const routeOf = ({ method, path }: Received): string => `${method} ${path}`;

/** Runs the checks that don't depend on the endpoint. */
export function refuseRequest(request: Received, routes: Routes): Reply | null {
  // Another website may have pointed its own name at this computer (DNS rebinding).
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(request.headers['host'] ?? '')) {
    return refuse('the Host header does not name this computer', { status: 421 });
  }
  if (!routes.has(routeOf(request))) return notFound;
  const repeated = [...request.query.keys()].find((name) => request.query.getAll(name).length > 1);
  return repeated === undefined ? null : refuse(`given more than once: ${repeated}`);
}

/** The response to an unknown path or method. TikTok Shop's token endpoints answered a POST like this. */
const notFound = refuse('no such method and path', { status: 404, text: '404 page not found' });
