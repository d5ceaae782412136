import { randomBytes } from 'node:crypto';

export type Inventor = ReturnType<typeof createInventor>;

/** An app in Partner Center. */
export type App = ReturnType<Inventor['app']>;
export type Shop = ReturnType<Inventor['shop']>;

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Generates values that look like TikTok Shop's. None is a published sample.
 * @param prefix of codes, tokens and ciphers: `TTP_` in the US portal, `ROW_` in the other
 */
export function createInventor(prefix: 'TTP_' | 'ROW_') {
  const of = (alphabet: string, length: number): string =>
    Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  const base64url = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);
  /** Service IDs and shop IDs. They never end in 0, because that looks like a number that a spreadsheet rounded. */
  const longId = (): string => `7${of(digits, 17)}1`;
  return {
    app: () => ({ appKey: `6${of(digits + lower, 12)}`, appSecret: of('0123456789abcdef', 40), serviceId: longId() }),
    /** @param region ISO 3166-1 alpha-2: `GB`, `US` */
    shop: (region: string) => ({
      id: longId(),
      name: 'Demo Shop',
      region,
      /** `LOCAL` or `CROSS_BORDER`. */
      sellerType: 'LOCAL',
      cipher: prefix + base64url(32),
      /** The shop's name in Seller Center. */
      code: `${region}LC${of(digits + lower.toUpperCase(), 6)}`,
    }),
    /** Authorization codes and access tokens. */
    longToken: () => prefix + base64url(128),
    refreshToken: () => prefix + base64url(75),
    openId: () => base64url(54),
    /** Begins with the time (UTC), to the second. */
    requestId: (now: number) =>
      new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14) + of('0123456789ABCDEF', 20),
    ticket: () => base64url(43),
  };
}
