import { isBlockedPort } from '../ground/blocked-ports.ts';

/** OttoKit's own Redirect URL, exactly as in OttoKit's guide (step 2). */
export const ottokitRedirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** OttoKit's dashboard, where the connection is made (OttoKit's guide, step 4). */
export const ottokitDashboard = 'https://app.ottokit.com';

/** The Redirect URL on this computer that is proposed: no well-known program uses the port. */
export const localRedirectUrl = 'http://127.0.0.1:8717/callback';

/**
 * `ottokit`: exactly OttoKit's. `local`: on this computer. `public`: an https address elsewhere, such as a
 * tunnel. `near-miss`: meant to be OttoKit's, but not exactly that.
 */
export type RedirectUrlVerdict =
  | { kind: 'ottokit' | 'local' | 'public'; url: string }
  | { kind: 'near-miss'; url: string; difference: string }
  | { kind: 'refused'; why: string };

const loopbackHosts = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/;

/** Reads a Redirect URL as a person typed or pasted it. What is unseen, and spaces and quotes around it, are taken off. */
export function readRedirectUrl(typed: string): RedirectUrlVerdict {
  const text = typed
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/^["'`“”‘’]+|["'`“”‘’]+$/gu, '');
  if (text === ottokitRedirectUrl) return { kind: 'ottokit', url: text };
  const port = URL.canParse(text) ? new URL(text).port : '';
  if (port !== '' && isBlockedPort(Number(port))) {
    return { kind: 'refused', why: `browsers don’t open addresses on port ${port}; choose another, such as 8717.` };
  }
  const difference = differenceFromOttokit(text);
  if (difference !== undefined) return { kind: 'near-miss', url: text, difference };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { kind: 'refused', why: 'it is not a whole address that begins with https:// or http://.' };
  }
  if (url.username !== '' || url.password !== '') return { kind: 'refused', why: 'it carries a user name.' };
  if (url.hash !== '') return { kind: 'refused', why: 'it has a part after “#”, which a browser never sends.' };
  if (url.search !== '') return { kind: 'refused', why: 'it has a part after “?”; TikTok Shop adds its own there.' };
  if (url.protocol === 'http:' && loopbackHosts.test(url.hostname)) return localUrl(url, text);
  if (url.protocol === 'https:' && loopbackHosts.test(url.hostname)) {
    return { kind: 'refused', why: 'on this computer the address must begin with http://, not https://.' };
  }
  if (url.protocol === 'https:') return { kind: 'public', url: text };
  return { kind: 'refused', why: 'only https:// addresses, or http:// ones on this computer, can be used.' };
}

function localUrl(url: URL, text: string): RedirectUrlVerdict {
  if (!/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) {
    return { kind: 'refused', why: 'the program listens on 127.0.0.1, localhost and [::1] only.' };
  }
  return { kind: 'local', url: text };
}

/**
 * In which way an address that is meant to be OttoKit's differs from it. TikTok Shop compares every character, so each of
 * these ends in an error page that does not say why (OttoKit's guide: "matches exactly").
 */
function differenceFromOttokit(text: string): string | undefined {
  if (text === '' || text === ottokitRedirectUrl) return undefined;
  const bare = (address: string): string =>
    address
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, '')
      .replace(/\/+$/, '');
  const [wanted, given] = [bare(ottokitRedirectUrl), bare(text)];
  if (given !== wanted) {
    if (!given.startsWith('api.ottokit.com')) return undefined;
    return 'its path is another one';
  }
  if (text.toLowerCase().startsWith('http://')) return 'it begins with http:// in place of https://';
  if (!text.toLowerCase().startsWith('https://')) return 'the https:// in front is missing';
  if (text.endsWith('/')) return 'it ends with a slash';
  return 'some letters differ in upper and lower case';
}
