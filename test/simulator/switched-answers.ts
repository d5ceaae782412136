import { decide, errorPage, signIn } from '../../src/simulator/authorize.ts';
import { refuseSignedShape, refuseTokenCall } from '../../src/simulator/endpoints.ts';
import { redirect, success, type Received, type Reply } from '../../src/simulator/server.ts';
import { answerTo as answerBy, refuseRequest, routeOf } from '../../src/simulator/simulator.ts';
import { routesOf } from './endpoints.ts';
import { apiFailure, authFailure, failures, type VendorFailure } from './failures.ts';
import type { Scenario } from './scenarios.ts';
import type { SwitchedWorld as World } from './world.ts';

/** What a test can set. */
export interface Switches {
  readonly scenario: Scenario;
  /** Makes the authorization link redirect at once, for a browser that only follows redirects. */
  readonly autoApprove: boolean;
  /** The Retry-After of `rate-limit`, in seconds. */
  readonly retryAfter: number;
}

type Kind = 'page' | 'exchange' | 'refresh' | 'signed';

const kinds: Readonly<Record<string, Kind>> = {
  'GET /api/v2/token/get': 'exchange',
  'GET /api/v2/token/refresh': 'refresh',
  'GET /authorization/202309/shops': 'signed',
  'DELETE /authorization/202403/shops': 'signed',
};

export const kindOf = (request: Received): Kind => kinds[routeOf(request)] ?? 'page';

const answerTo = (request: Received, world: World): Reply => answerBy(request, world, routesOf(world));

/**
 * Returns the response in the scenario; `'no-answer'` cuts the connection. In every scenario, refuses the requests that
 * the demo refuses.
 */
export function switchedAnswer(request: Received, world: World, switches: Switches): Reply | 'no-answer' {
  const refused = refuseRequest(request, routesOf(world));
  if (refused !== null) return refused;
  const { scenario } = switches;
  const kind = kindOf(request);
  if (kind === 'page') return pageAnswer(request, world, switches);
  if (scenario === 'down') return 'no-answer';
  if (scenario === 'bad-gateway') return badGateway;
  const seen = asSeen(world, scenario);
  if (kind === 'signed') return exact(signedAnswer(request, seen, switches), request, seen);
  const reply = refuseToken(request, seen, kind, scenario) ?? changed(answerTo(request, seen), seen, scenario);
  return reply.refused === 'app_key is unknown' ? authFailure(failures['invalid-app-key'], world.requestId()) : reply;
}

/** Replaces the demo's refusal of a signed call with TikTok Shop's own response. */
function exact(reply: Reply, { query, headers }: Received, { ledger, requestId }: World): Reply {
  const known: Readonly<Record<string, VendorFailure | undefined>> = {
    'app_key is unknown': failures['app-key-refused'],
    'timestamp is more than 5 minutes old': failures['clock-behind'],
    'timestamp is more than 30 seconds ahead': failures['clock-ahead'],
    'sign is wrong': query.get('sign') ? failures['sign-invalid'] : failures['sign-missing'],
    'the access token isn’t valid': ledger.whyInvalid(headers['x-tts-access-token'] ?? ''),
    'the scope is missing': failures['scope-missing'],
  };
  const failure = known[reply.refused ?? ''];
  return failure === undefined ? reply : apiFailure(failure, requestId());
}

function pageAnswer(request: Received, world: World, { scenario, autoApprove }: Switches): Reply {
  const isKnown = request.query.get('service_id') === world.app.serviceId;
  const isOpening = routeOf(request) === 'GET /open/authorize' && isKnown;
  const own = scenario === 'other-app-key' ? { ...world.app, appKey: world.invent.app().appKey } : world.app;
  const seen = { ...world, scopes: world.scopes, app: own };
  if (isOpening && scenario === 'draft-app') return draft(request, world);
  if (isOpening && scenario === 'no-permission') {
    return errorPage(world, 'No authorization permission for your account region', 'This account cannot authorize it.');
  }
  const reply = answerTo(request, seen);
  const ticket = /name="ticket" value="([\w-]+)"/.exec(reply.body)?.[1];
  if (!isOpening || !autoApprove || ticket === undefined) return leaving(reply, world, scenario);
  const body = new URLSearchParams({ ticket, decision: scenario === 'deny' ? 'deny' : 'approve' }).toString();
  signIn({ ...request, body }, seen);
  return leaving(decide({ ...request, body }, seen), world, scenario);
}

/** TikTok Shop has been seen to add `is_draft=true` to the address. */
function draft({ query }: Received, world: World): Reply {
  if (query.get('is_draft') === 'true') {
    return errorPage(world, "Not available in your shop's region", 'The app cannot be authorized from here.');
  }
  return redirect(302, `/open/authorize?${new URLSearchParams([...query, ['is_draft', 'true']]).toString()}`);
}

/** Changes or removes the state in the redirect if the scenario says so. */
function leaving(reply: Reply, world: World, scenario: Scenario): Reply {
  const location = reply.headers['location'];
  if (location?.startsWith(world.redirectUrl) !== true) return reply;
  const url = new URL(location);
  if (scenario === 'no-state') url.searchParams.delete('state');
  else if (scenario === 'wrong-state') url.searchParams.set('state', world.invent.ticket());
  else return reply;
  return redirect(302, url.href);
}

/** The world as the endpoints see it in the scenario. */
function asSeen(world: World, scenario: Scenario): World {
  const { app, invent } = world;
  return {
    ...world,
    app: {
      ...app,
      ...(scenario === 'wrong-app-key' ? { appKey: invent.app().appKey } : {}),
      ...(scenario === 'wrong-secret' ? { appSecret: invent.app().appSecret } : {}),
    },
  };
}

const signedFailures: Partial<Record<Scenario, VendorFailure>> = {
  'ip-not-allowed': failures['ip-not-allowed'],
  'vendor-error': failures['internal-error'],
};

function signedAnswer(request: Received, world: World, { scenario, retryAfter }: Switches): Reply {
  const refused = refuseSignedShape(request, request.method === 'DELETE' ? ['shop_cipher'] : []);
  if (refused !== null) return refused;
  const failure = signedFailures[scenario];
  if (failure !== undefined) return apiFailure(failure, world.requestId());
  if (scenario === 'rate-limit') {
    const { headers, body } = apiFailure(failures['rate-limited'], world.requestId());
    return { status: 429, headers: { ...headers, 'retry-after': String(retryAfter) }, body };
  }
  const reply = answerTo(request, world);
  if (reply.status !== 200 || request.method !== 'GET') return reply;
  if (scenario === 'empty-shops') return success('Success', { shops: [] }, world.requestId());
  // An authorization from before the scenario still has the scope, so it must be refused here.
  return scenario === 'no-shop-scope' ? apiFailure(failures['scope-missing'], world.requestId()) : reply;
}

function refuseToken(request: Received, world: World, kind: 'exchange' | 'refresh', scenario: Scenario): Reply | null {
  if (scenario !== 'ip-not-allowed' && scenario !== 'seller-inactive') return null;
  const isExchange = kind === 'exchange';
  const credential = isExchange ? 'auth_code' : 'refresh_token';
  const refused = refuseTokenCall(request, world, credential, isExchange ? 'authorized_code' : 'refresh_token');
  if (refused !== null) return refused;
  const value = request.query.get(credential) ?? '';
  const { ledger } = world;
  const isUnknown = (): boolean => (isExchange ? ledger.redeem(value) : ledger.findByRefreshToken(value)) === null;
  if (scenario === 'seller-inactive' && isUnknown()) return answerTo(request, world);
  return authFailure(failures[scenario], world.requestId());
}

/** Changes the fields of a token response if the scenario says so. */
function changed(reply: Reply, world: World, scenario: Scenario): Reply {
  if (reply.refused !== undefined) return reply;
  const { code, message, data } = JSON.parse(reply.body) as { code: number; message: string; data: TokenFields };
  if (code !== 0) return reply;
  const now = Math.floor(world.now() / 1000);
  if (scenario === 'creator') data.user_type = 1;
  if (scenario === 'no-scope-list') delete data.granted_scopes;
  if (scenario === 'relative-expiry') {
    data.access_token_expire_in -= now;
    data.refresh_token_expire_in -= now;
  }
  return success(message, data, world.requestId());
}

interface TokenFields {
  access_token_expire_in: number;
  refresh_token_expire_in: number;
  user_type: number;
  granted_scopes?: string[];
}

/** The response of a gateway whose service is down. */
const badGateway: Reply = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n',
};
