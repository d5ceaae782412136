import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import { defined } from '../ground/defined.ts';
import { Secret } from '../ground/secret.ts';
import type { Shop } from '../ground/tokens-and-shops.ts';
import type { Answer, Reading } from './answer.ts';
import { call, type Call, type Net } from './call.ts';
import type { Hosts } from './portals.ts';
import type { App } from './tokens.ts';

/**
 * Returns the `sign` parameter of a request to the API host, 64 hexadecimal digits: HMAC-SHA256, keyed with the App
 * Secret, over secret + path + every query parameter but `sign` and `access_token` (name and value joined, before
 * encoding, sorted by name) + body (unless it is multipart) + secret. Source: TikTok Shop Partner Center docs, "Sign
 * your API request", whose first curl example is wrong (`bc721f0e…`).
 */
export function sign(appSecret: Secret, path: string, query: Readonly<Record<string, string>>, body = ''): string {
  const secret = appSecret.reveal();
  const parameters = Object.entries(query)
    .filter(([name]) => name !== 'sign' && name !== 'access_token')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
  return createHmac('sha256', secret).update(`${secret}${path}${parameters}${body}${secret}`).digest('hex');
}

type Unsigned<T> = Pick<Call<T>, 'method' | 'path' | 'read' | 'whenInterrupted'>;

/** Builds a signed request. The access token is only in a header, because URLs are often logged. */
function signedCall<T>({ appKey, appSecret }: App, token: Secret, unsigned: Unsigned<T>, cipher?: Secret): Call<T> {
  return {
    ...unsigned,
    host: 'api',
    headers: { 'x-tts-access-token': token.reveal(), 'content-type': 'application/json' },
    secrets: [appSecret, token, ...(cipher === undefined ? [] : [cipher])],
    query: (now) => {
      const timestamp = String(Math.floor(now / 1000));
      const query = { ...defined({ shop_cipher: cipher?.reveal() }), app_key: appKey, timestamp };
      return { ...query, sign: sign(appSecret, unsigned.path, query) };
    },
  };
}

const Filled = v.pipe(v.string(), v.minLength(1));
const Text = v.fallback(v.optional(v.string(), ''), '');

const ShopEntry = v.pipe(
  v.object({
    // A number beyond 2^53 has lost digits, so it could identify another shop.
    id: v.union([Filled, v.pipe(v.number(), v.safeInteger(), v.transform(String))]),
    name: Text,
    region: Text,
    seller_type: Text,
    cipher: Filled,
  }),
  v.transform(({ seller_type: sellerType, cipher, ...rest }) => ({ ...rest, sellerType, cipher: new Secret(cipher) })),
);

export interface ShopList {
  readonly shops: readonly Shop[];
  /** The names or ids of the shops without a usable id or cipher. External text. */
  readonly unusable: readonly string[];
}

/** A missing list, or an empty one in any form, means that there are no shops. */
export function readShops(data: unknown): Reading<ShopList> {
  const listed = isEmpty(data) ? [] : isRecord(data) ? data['shops'] : undefined;
  const entries = isRecord(data) && isEmpty(listed) ? [] : listed;
  if (!Array.isArray(entries)) return { what: 'a list of shops that can’t be read' };
  const shops: Shop[] = [];
  const unusable: string[] = [];
  for (const entry of entries as readonly unknown[]) {
    const { success, output } = v.safeParse(ShopEntry, entry);
    if (success) shops.push(output);
    else unusable.push(nameOf(entry));
  }
  return { value: { shops, unusable } };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);

function nameOf(entry: unknown): string {
  const { name, id } = isRecord(entry) ? entry : {};
  const texts = [name, id].map((value) => (typeof value === 'string' ? value.trim() : ''));
  return texts.find((text) => text !== '') ?? 'a shop without a name';
}

/** Fails with `scope-missing` unless the token has `seller.authorization.info`. Source: TikTok Shop's OpenAPI files. */
export function listShops(io: Net, hosts: Hosts, app: App, accessToken: Secret): Promise<Answer<ShopList>> {
  const unsigned = { method: 'GET', path: '/authorization/202309/shops', read: readShops } as const;
  return call(io, hosts, signedCall(app, accessToken, unsigned));
}

/** TikTok Shop informs the seller by email. Source: TikTok Shop's OpenAPI files. */
export function deauthorizeShop(
  io: Net,
  hosts: Hosts,
  app: App,
  accessToken: Secret,
  cipher: Secret,
): Promise<Answer<'deauthorized'>> {
  const unsigned = { method: 'DELETE', path: '/authorization/202403/shops', whenInterrupted: 'leave' } as const;
  const read = () => ({ value: 'deauthorized' }) as const;
  return call(io, hosts, signedCall(app, accessToken, { ...unsigned, read }, cipher));
}
