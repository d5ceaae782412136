import sdk from 'tiktok-shop';
import { onTestFinished } from 'vitest';
import type { SimulatorOptions } from './simulator.ts';
import { startSimulator, type Simulator } from './simulator.ts';

/** It isn't on this computer, so the seller's browser returns the redirect instead of following it. */
export const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** Starts a simulator that is closed when the test ends. */
export async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({ redirectUrl, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

export function authorizationAddress({ origin, app }: Simulator, state = 'st4te'): string {
  return `${origin}/open/authorize?${new URLSearchParams({ service_id: app.serviceId, state }).toString()}`;
}

/** Lets the seller approve, and returns the query of the redirect. */
export async function authorize(simulator: Simulator, state?: string): Promise<URLSearchParams> {
  const { redirectedTo } = await simulator.approveAsSeller(authorizationAddress(simulator, state));
  if (redirectedTo === null) throw new Error('The browser stayed on the simulator.');
  return new URL(redirectedTo).searchParams;
}

/** The origin and the app of a simulator or of the demo. */
type Served = Pick<Simulator, 'origin' | 'app'>;

export interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly request_id: string;
  readonly data?: Record<string, unknown> | null;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: () => Envelope;
}

export async function ask(url: string, init?: RequestInit): Promise<Answered> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as Envelope };
}

/** Calls a token endpoint as documented, except for `changes`; `null` omits a parameter. */
export function tokenCall(
  { origin, app }: Served,
  which: 'get' | 'refresh',
  credential: string,
  changes: Record<string, string | null> = {},
): Promise<Answered> {
  const usual =
    which === 'get'
      ? { auth_code: credential, grant_type: 'authorized_code' }
      : { refresh_token: credential, grant_type: 'refresh_token' };
  const all: Record<string, string | null> = { app_key: app.appKey, app_secret: app.appSecret, ...usual, ...changes };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  return ask(`${origin}/api/v2/token/${which}?${new URLSearchParams(given).toString()}`);
}

export interface Tokens {
  readonly access_token: string;
  readonly access_token_expire_in: number;
  readonly refresh_token: string;
  readonly refresh_token_expire_in: number;
  readonly open_id: string;
  readonly seller_name: string;
  readonly seller_base_region: string;
  readonly user_type: number;
  readonly granted_scopes?: string[];
}

export function tokensIn(answer: Answered): Tokens {
  const { code, data } = answer.json();
  if (code !== 0) throw new Error(`No tokens: ${answer.text}`);
  return data as unknown as Tokens;
}

/** Authorizes the app and exchanges the code for tokens. */
export async function connect(simulator: Simulator): Promise<Tokens> {
  const code = (await authorize(simulator)).get('code') ?? '';
  return tokensIn(await tokenCall(simulator, 'get', code));
}

export interface SignedCall {
  readonly method?: 'GET' | 'DELETE';
  readonly path?: string;
  readonly token: string;
  readonly query?: Record<string, string>;
  readonly appKey?: string;
  readonly appSecret?: string;
  /** Unix seconds. */
  readonly timestamp?: number;
  readonly headers?: Record<string, string>;
  /** Sent instead of the signature. */
  readonly sign?: string;
}

/** Makes a call signed by the npm package tiktok-shop, as a second opinion on the simulator's own signature. */
export function signedCall({ origin, app }: Served, call: SignedCall): Promise<Answered> {
  const path = call.path ?? '/authorization/202309/shops';
  const query = new URLSearchParams({
    app_key: call.appKey ?? app.appKey,
    timestamp: String(call.timestamp ?? Math.floor(Date.now() / 1000)),
    ...call.query,
  });
  query.set('sign', call.sign ?? signatureBySdk(`${path}?${query.toString()}`, call.appSecret ?? app.appSecret));
  const headers = { 'content-type': 'application/json', 'x-tts-access-token': call.token, ...call.headers };
  return ask(`${origin}${path}?${query.toString()}`, { method: call.method ?? 'GET', headers });
}

function signatureBySdk(pathAndQuery: string, appSecret: string): string {
  const signed = sdk.signByUrl(`https://open-api.tiktokglobalshop.com${pathAndQuery}`, appSecret);
  if (signed instanceof Error) throw signed;
  return signed.signature;
}

export function deauthorize(simulator: Simulator, token: string, query: Record<string, string>): Promise<Answered> {
  return signedCall(simulator, { method: 'DELETE', path: '/authorization/202403/shops', token, query });
}
