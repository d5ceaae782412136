import { randomBytes } from 'node:crypto';

/** The prefix of codes, tokens and ciphers: the US portal's or the other one's. */
export type Prefix = 'TTP_' | 'ROW_';

export type Inventor = ReturnType<typeof createInventor>;

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';

/** Generates values in the formats of TikTok Shop's real ones. None is a published sample. */
export function createInventor(random: (bytes: number) => Uint8Array = randomBytes) {
  const of = (alphabet: string, length: number): string =>
    Array.from(random(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  const base64url = (length: number): string => Buffer.from(random(length)).toString('base64url').slice(0, length);
  /** Service IDs and shop IDs. They never end in zeros, which look as if a spreadsheet had rounded the number. */
  const longId = (): string => `7${of(digits, 17)}1`;
  return {
    app: () => ({ appKey: `6${of(digits + lower, 12)}`, appSecret: of('0123456789abcdef', 40), serviceId: longId() }),
    shop: (prefix: Prefix, region: string) => ({
      id: longId(),
      region,
      sellerType: 'LOCAL',
      cipher: prefix + base64url(32),
      code: `${region}LC${of(digits + lower.toUpperCase(), 6)}`,
    }),
    /** Authorization codes and access tokens. */
    longToken: (prefix: Prefix) => prefix + base64url(128),
    refreshToken: (prefix: Prefix) => prefix + base64url(75),
    openId: () => base64url(54),
    /** Begins with the time (UTC), to the second. */
    requestId: (now: number) =>
      new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14) + of('0123456789ABCDEF', 20),
    ticket: () => base64url(43),
  };
}
