import { randomBytes } from 'node:crypto';

export type Random = (bytes: number) => Uint8Array;

/** Where a value says it comes from: the US portal or the other one, as the beginning of codes, tokens and ciphers. */
export type Prefix = 'TTP_' | 'ROW_';

/** Makes values of the shapes that TikTok Shop's real ones were seen to have. None is a published sample. */
export interface Inventor {
  /** `6`, then 12 digits and lower-case letters. */
  appKey(): string;
  /** 40 hexadecimal digits. */
  appSecret(): string;
  /** `7`, then 18 digits: Service IDs and shop IDs. */
  longId(): string;
  /** Six digits and capitals after the beginning given: the code that Seller Center shows for a shop. */
  shopCode(beginning: string): string;
  /** The prefix, then 32 characters. */
  cipher(prefix: Prefix): string;
  /** The prefix, then 128 characters: authorization codes and access tokens. */
  longToken(prefix: Prefix): string;
  /** 79 characters. */
  refreshToken(prefix: Prefix): string;
  openId(): string;
  /** The time (UTC) to the second, then 20 hexadecimal digits in capitals. */
  requestId(now: number): string;
  /** 43 characters. */
  ticket(): string;
}

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';

export function createInventor(random: Random = randomBytes): Inventor {
  const of = (alphabet: string, length: number): string =>
    Array.from(random(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  const base64url = (length: number): string => Buffer.from(random(length)).toString('base64url').slice(0, length);
  return {
    appKey: () => `6${of(digits + lower, 12)}`,
    appSecret: () => of('0123456789abcdef', 40),
    longId: () => `7${of(digits, 18)}`,
    shopCode: (beginning) => beginning + of(digits + lower.toUpperCase(), 6),
    cipher: (prefix) => prefix + base64url(32),
    longToken: (prefix) => prefix + base64url(128),
    refreshToken: (prefix) => prefix + base64url(75),
    openId: () => base64url(54),
    requestId: (now) => secondsOf(now) + of('0123456789ABCDEF', 20),
    ticket: () => base64url(43),
  };
}

function secondsOf(now: number): string {
  return new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14);
}
