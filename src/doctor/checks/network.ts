import { readFile } from 'node:fs/promises';
import type { Env } from '../../ground/env.ts';
import { codeOf } from '../../ground/errors.ts';
import type { NoAnswerReason } from '../../ground/io.ts';
import { regionIds, type Region } from '../../ground/regions.ts';
import { sanitizeForTerminal } from '../../ground/sanitize.ts';
import { proxyFor } from '../../network/proxy.ts';
import { noAnswerFailure } from '../../tiktok/failures.ts';
import { failed, pass, skip, warn, type Check } from '../check.ts';
import type { Reach } from '../facts.ts';

/** Whether each TikTok Shop host can be reached, with a trusted certificate, and through which proxy. */
export const network: Check = {
  id: 'network',
  title: 'Network',
  group: 'computer',
  whenLate: 'Check that no firewall holds up connections; behind a proxy, set HTTPS_PROXY.',
  // It also checks the environment, so `--offline` doesn't skip it.
  async run({ hosts, io: { env }, offline, profile, reach }) {
    // This program's own requests still verify certificates, but other Node.js programs in this environment don't.
    if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
      return failed(
        'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the verification of certificates, so anyone in between can read secrets',
        'Unset NODE_TLS_REJECT_UNAUTHORIZED. If something inspects connections here, set NODE_EXTRA_CA_CERTS to its certificate authority instead.',
      );
    if (offline) return skip('skipped by --offline');
    const originsIn = (region: Region): readonly string[] => Object.values({ ...hosts(region) });
    // Try all hosts at once, because waiting for the store to name the region would take longer.
    const everywhere = regionIds.flatMap(originsIn);
    for (const origin of everywhere) void reach(origin);
    const region = (await profile()).profile?.app.region;
    const origins = [...new Set(region === undefined ? everywhere : originsIn(region))];
    const reaches = await Promise.all(origins.map(reach));
    const ignored = await ignoredAuthorities(env['NODE_EXTRA_CA_CERTS']);
    const route = routeInWords(origins, env) + ignored;
    const unanswered = reaches.filter((one) => !one.answered);
    const [first] = unanswered;
    if (first === undefined) {
      const reached = `reached ${origins.map((origin) => new URL(origin).host).join(', ')} ${route}`;
      return ignored === '' ? pass(reached) : warn(reached, fixAuthorities);
    }
    return failed(
      `${[...new Set(unanswered.map(inWords))].join(' ')} (${route})`,
      first.issuer !== undefined && ignored !== '' ? fixAuthorities : fixes[first.reason],
    );
  },
};

function inWords({ origin, issuer, ...noAnswer }: Extract<Reach, { answered: false }>): string {
  const by = issuer === undefined ? '' : ` The certificate was issued by “${sanitizeForTerminal(issuer)}”.`;
  return `${noAnswerFailure(noAnswer, new URL(origin).host).message}${by}`;
}

/** Says why Node.js ignores the file with certificate authorities; empty if it uses the file, or if there is none. */
async function ignoredAuthorities(path = ''): Promise<string> {
  if (path === '') return '';
  const text = await readFile(path, 'latin1').catch((thrown: unknown) => ({ code: codeOf(thrown) ?? 'unknown' }));
  const ignored = (why: string): string => `, but the file in NODE_EXTRA_CA_CERTS ${why}, so Node.js ignores it`;
  if (typeof text === 'object') return ignored(`can’t be read (${text.code})`);
  // Windows exports certificates in binary (DER) by default.
  const isPem = /^-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/m.test(text);
  return isPem ? '' : ignored('contains no certificate in PEM format');
}

const fixAuthorities =
  'Set NODE_EXTRA_CA_CERTS to a PEM file that this user can read (`openssl x509 -in FILE -out ca.pem` makes one), or unset it.';

/** A proxy and a custom certificate authority change what a failure means, so both are always shown. */
function routeInWords(origins: readonly string[], env: Env): string {
  const proxies = new Set(origins.map((origin) => proxyFor(env, origin)).filter((name) => name !== undefined));
  const authority = env['NODE_EXTRA_CA_CERTS'] ? ', with the certificate authorities in NODE_EXTRA_CA_CERTS' : '';
  return `${proxies.size === 0 ? 'directly' : `through the proxy ${[...proxies].join(', ')}`}${authority}`;
}

const onlineAndThat = (condition: string): string =>
  `Check that this computer is online and that ${condition}; behind a proxy, set HTTPS_PROXY.`;
const inspected =
  'If a company proxy or a virus scanner inspects connections, give its certificate authority to Node.js: NODE_EXTRA_CA_CERTS=/path/to/ca.pem. Otherwise use another network.';

const fixes: Record<NoAnswerReason, string> = {
  dns: onlineAndThat('its DNS server answers'),
  refused: onlineAndThat('no firewall refuses the connection'),
  unreachable: onlineAndThat('no firewall or VPN is in the way'),
  limit: 'Close other programs or raise the limit (`ulimit -n`), then try again.',
  'tls-untrusted': inspected,
  'tls-wrong-name': inspected,
  'tls-date':
    'Turn on automatic time on this computer. If its clock is right, use another network: something in between answers with an expired certificate.',
  tls: inspected,
  proxy:
    'Check the address (http:// or https://), user name and password of the proxy in HTTPS_PROXY, or unset it if you need none. If its certificate isn’t trusted, name its certificate authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem.',
  timeout: onlineAndThat('no firewall drops the connection'),
  'connection-lost': onlineAndThat('no firewall cuts the connection'),
  'answer-too-large': 'Use another network: something in between answers instead of TikTok Shop.',
  aborted: 'Try again.',
};
