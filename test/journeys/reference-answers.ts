import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { invent, type ReferenceWorld } from './reference-grants.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** The decoded query. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

type Route = (asked: Asked, world: ReferenceWorld) => Reply;

/** Answers a request as any of TikTok Shop's three hosts would. An unknown method or path gets a 404. */
export function answer(asked: Asked, world: ReferenceWorld): Reply {
  const route = routes[`${asked.method} ${asked.path}`];
  if (asked.query.has('app_secret') && !asked.path.startsWith('/api/v2/token/')) {
    world.violations.push(`the App Secret is in the URL of ${asked.path}`);
  }
  if (route !== undefined) return route(asked, world);
  // A reachability check may request the root.
  if (asked.path !== '/') world.violations.push(`${asked.method} ${asked.path} does not exist at TikTok Shop`);
  return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' };
}

const routes: Readonly<Record<string, Route>> = {
  'GET /open/authorize': authorize,
  'GET /login/consent': consent,
  'GET /api/v2/token/get': exchange,
  'GET /api/v2/token/refresh': refresh,
  'GET /authorization/202309/shops': signed(({ listings, authorized, rules }) =>
    rules.grantedScopes.includes('seller.authorization.info')
      ? json(200, 0, 'Success', { shops: listings.filter(({ cipher }) => authorized.has(cipher)) })
      : refused(105005, 'Access denied. The app has no access to this API.'),
  ),
  'DELETE /authorization/202403/shops': signed(({ authorized }, query) => {
    const cipher = query.get('shop_cipher') ?? '';
    if (cipher === '') return refused(106013, 'Missing identifier. The `shop_cipher` query parameter is required.');
    authorized.delete(cipher);
    return json(200, 0, 'Success', {});
  }),
};

function authorize({ query }: Asked, { app, otherApp, rules, violations }: ReferenceWorld): Reply {
  if (query.has('redirect_uri')) violations.push('redirect_uri is not a parameter of /open/authorize');
  const asking = [app, otherApp].find(({ serviceId }) => serviceId === query.get('service_id'));
  if (asking === undefined) return page('This service does not exist');
  const visit = rules.visits.shift() ?? 'approved';
  if (typeof visit === 'object') return page(visit.shows);
  const consented = { state: query.get('state') ?? '', app_key: asking.appKey, visit };
  return redirect(`/login/consent?${new URLSearchParams(consented).toString()}`);
}

/** The consent page, where the seller decides at once. */
function consent({ query }: Asked, world: ReferenceWorld): Reply {
  const { redirectUrl, codes, creatorCodes, authorized, listings } = world;
  const state = query.get('state') ?? '';
  const visit = query.get('visit');
  if (visit === 'declined') return redirect(`${redirectUrl}?code=null&error=auth_denied&state=${state}`);
  const code = invent(world, 150);
  codes.set(code, Date.now());
  if (visit === 'by a creator') creatorCodes.add(code);
  for (const { cipher } of listings) authorized.add(cipher);
  const back = new URLSearchParams({
    app_key: query.get('app_key') ?? '',
    code,
    locale: 'en',
    shop_region: 'DE',
    state,
  });
  return redirect(`${redirectUrl}?${back.toString()}`);
}

const halfAnHour = 30 * 60_000;
/** Replaces a code's time of issue once the code has been used. */
const used = -Infinity;

function exchange({ query }: Asked, world: ReferenceWorld): Reply {
  if (query.get('app_key') !== world.app.appKey) return json(200, 36004201, 'Invalid app_key');
  const code = query.get('auth_code') ?? '';
  const issuedAt = world.codes.get(code);
  if (issuedAt === used) world.violations.push('a code was sent for exchange twice');
  if (issuedAt !== undefined) world.codes.set(code, used);
  const alive = issuedAt !== undefined && Date.now() - issuedAt <= halfAnHour;
  if (!alive || query.get('grant_type') !== 'authorized_code') return json(200, 36004004, 'invalid auth code');
  return tokens(invent(world, 79), world, world.creatorCodes.has(code) ? 1 : 0);
}

function refresh({ query }: Asked, world: ReferenceWorld): Reply {
  const token = query.get('refresh_token') ?? '';
  const right = query.get('grant_type') === 'refresh_token' && query.get('app_key') === world.app.appKey;
  if (!right || !world.refreshTokens.has(token)) return json(200, 36004005, 'can not find related auth record');
  if (!world.rules.rotates) return tokens(token, world);
  world.refreshTokens.delete(token);
  return tokens(invent(world, 79), world);
}

const grantLifetime = 365 * 86_400;

function tokens(refreshToken: string, world: ReferenceWorld, userType = 0): Reply {
  const now = Math.floor(Date.now() / 1000);
  const accessToken = invent(world, 160);
  const end = now + world.rules.accessTokenLifetime;
  world.accessTokens.set(accessToken, end);
  world.refreshTokens.add(refreshToken);
  return json(200, 0, 'success', {
    access_token: accessToken,
    access_token_expire_in: end,
    refresh_token: refreshToken,
    refresh_token_expire_in: now + grantLifetime,
    open_id: 'Xr2xygAAAAD8qpxZVkQkWwQ',
    seller_name: 'Teapots & Söhne',
    seller_base_region: 'DE',
    user_type: userType,
    granted_scopes: world.rules.grantedScopes,
  });
}

/** A route of the signed API: checks the App Key, timestamp, signature and access token before it answers. */
function signed(whenAllowed: (world: ReferenceWorld, query: URLSearchParams) => Reply): Route {
  return (asked, world) => {
    const { query, headers } = asked;
    if (query.has('access_token')) world.violations.push('the access token is in a URL');
    if (headers['content-type'] !== 'application/json') world.violations.push('a signed call is not application/json');
    if (query.get('app_key') !== world.app.appKey)
      return refused(36009004, 'Invalid credentials. Invalid `app_key` query parameter.');
    if (!timely(query.get('timestamp'))) return refused(36009004, 'Invalid timestamp. It is too old or too new.');
    if (query.get('sign') !== signature(asked, world.app.appSecret)) {
      return refused(106001, 'Invalid credentials. The `sign` query parameter is invalid.');
    }
    return refusedToken(headers['x-tts-access-token'], world) ?? whenAllowed(world, query);
  };
}

function refusedToken(
  token: string | string[] | undefined,
  { accessTokens, authorized }: ReferenceWorld,
): Reply | undefined {
  const end = accessTokens.get(String(token));
  if (end === undefined) return refused(36009004, 'Invalid credentials. The `x-tts-access-token` header is invalid.');
  if (end * 1000 <= Date.now()) return refused(105002, 'Expired credentials. The access token has expired.');
  if (authorized.size === 0) return refused(105001, 'access token is invalid; the seller deauthorized the app');
  return undefined;
}

/** Whether a timestamp has ten digits and is at most 5 minutes old or 30 seconds ahead. */
function timely(timestamp: string | null): boolean {
  const behind = Date.now() / 1000 - Number(timestamp);
  return /^\d{10}$/.test(timestamp ?? '') && behind <= 300 && behind >= -30;
}

/** Follows "Sign your API request" in TikTok Shop's documentation, for requests without a body. */
function signature({ path, query }: Asked, appSecret: string): string {
  const pairs = [...query].filter(([name]) => name !== 'sign' && name !== 'access_token');
  const sorted = pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value);
  return createHmac('sha256', appSecret)
    .update(`${appSecret}${path}${sorted.join('')}${appSecret}`)
    .digest('hex');
}

function json(status: number, code: number, message: string, data?: unknown): Reply {
  const requestId = `2025${randomBytes(16).toString('hex').toUpperCase()}`;
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers, body: JSON.stringify({ code, message, data, request_id: requestId }) };
}

/** The signed API refuses a request with HTTP 401. */
function refused(code: number, message: string): Reply {
  return json(401, code, message);
}

function redirect(location: string): Reply {
  return { status: 302, headers: { location }, body: '' };
}

function page(text: string): Reply {
  return { status: 200, headers: { 'content-type': 'text/html' }, body: `<!doctype html><p>${text}</p>` };
}
