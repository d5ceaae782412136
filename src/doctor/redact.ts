import { unescape as decoded } from 'node:querystring';
import type { Env } from '../ground/env.ts';
import { spellingsOf } from '../ground/secret.ts';
import { partsOf } from '../network/proxy.ts';
import type { Profile } from '../store/model/profile.ts';

export function secretsOf({ app, pendingReplacement, tokens, shops }: Profile): readonly string[] {
  const secrets = [app.appSecret, pendingReplacement?.app.appSecret, tokens?.accessToken, tokens?.refreshToken];
  return [...secrets, ...shops.map(({ cipher }) => cipher)].flatMap((secret) => secret?.reveal() ?? []);
}

/** A shorter value may be part of ordinary words, so it is redacted only as a whole word. */
const minLengthAnywhere = 8;

const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

export function secretsIn(env: Env): readonly string[] {
  const own = [env['OTTOKIT_TIKTOK_PASSPHRASE'], env['OTTOKIT_TIKTOK_APP_SECRET']];
  return [...own.filter((value) => value !== undefined), ...proxyVariables.flatMap((name) => credentialsIn(env[name]))];
}

/** Returns the credentials as they are in the address, decoded, and encoded for a header (RFC 7617 section 2). */
function credentialsIn(proxy = ''): readonly string[] {
  const { user = '', password = '' } = partsOf(proxy.trim());
  if (user + password === '') return [];
  const plain = `${decoded(user)}:${decoded(password)}`;
  // A user name without a password is usually a token.
  const users = [user, decoded(user)].filter((name) => password === '' || name.length >= minLengthAnywhere);
  return [`${user}:${password}`, password, decoded(password), plain, Buffer.from(plain).toString('base64'), ...users];
}

/** Replaces secrets, plain or URL-encoded, and the home directory, which usually contains the user's name. */
export function redactor(secrets: readonly string[], homeDirectory: string): (text: string) => string {
  const hidden = spellingsOf(secrets).map((secret) => (secret.length < minLengthAnywhere ? wholeWord(secret) : secret));
  const home = homeDirectory.replace(/[/\\]+$/, '');
  return (text) => {
    const shown = hidden.reduce<string>((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
    return home === '' ? shown : shown.replaceAll(wholeWord(home), '~');
  };
}

const wholeWord = (word: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_.-])${word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_-])`, 'gu');
