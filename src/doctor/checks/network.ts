import type { Env } from '../../ground/env.ts';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { NoAnswerReason } from '../../ground/io.ts';
import { proxyFor } from '../../network/reach.ts';
import type { Reach } from '../../network/reachability.ts';
import { sanitizeForTerminal } from '../../ground/sanitize.ts';
import { silenceFailure } from '../../tiktok/failures.ts';
import { failed, pass, warn, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';

/** Name, connection and certificate of each host of TikTok Shop, and what stands in between. */
export const network: Check = {
  id: 'network',
  title: 'Network',
  group: 'computer',
  needsNetwork: true,
  whenLate: 'Check whether a firewall or a proxy holds connections back (HTTPS_PROXY, if one is needed).',
  run: checkNetwork,
};

async function checkNetwork(facts: Facts): Promise<Finding> {
  // Every host is tried at once: waiting for the store to tell the region would add its time to theirs.
  const everywhere = (['us', 'row'] as const).flatMap((region) => Object.values(facts.hosts(region)) as string[]);
  for (const origin of everywhere) void facts.reach(origin);
  const stored = await facts.profile();
  const region = stored.state === 'known' ? stored.profile.app.region : undefined;
  const origins = new Set(region === undefined ? everywhere : (Object.values(facts.hosts(region)) as string[]));
  const reached = await Promise.all([...origins].map(async (origin) => ({ origin, reach: await facts.reach(origin) })));
  return judgeNetwork(reached, facts.io.env, await unreadableCa(facts.io.env));
}

interface Reached {
  readonly origin: string;
  readonly reach: Reach;
}

function judgeNetwork(reached: readonly Reached[], env: Env, badCa: string | undefined): Finding {
  const way = wayInWords(reached, env);
  const lost = reached.flatMap(({ origin, reach }) => (reach.ok ? [] : [{ host: new URL(origin).host, reach }]));
  const [first] = lost;
  if (first !== undefined) {
    const said = [...new Set(lost.map(({ host, reach }) => lostInWords(host, reach)))];
    return failed(`${said.join(' ')} (${way})`, fixes[first.reach.reason]);
  }
  const hosts = reached.map(({ origin }) => new URL(origin).host).join(', ');
  if (badCa !== undefined) {
    return warn(
      `${hosts} reached, ${way}, but the file in NODE_EXTRA_CA_CERTS cannot be read (${badCa}), so Node.js leaves it out`,
      'Give NODE_EXTRA_CA_CERTS a file that this user can read, or unset it.',
    );
  }
  return pass(`${hosts} reached, ${way}`);
}

type Lost = Extract<Reach, { ok: false }>;

function lostInWords(host: string, { reason, detail, certificate }: Lost): string {
  const { message } = silenceFailure({ answered: false, sent: false, reason, detail }, host);
  if (certificate === undefined) return message;
  return `${message} The certificate was issued by “${sanitizeForTerminal(certificate.issuer)}”.`;
}

/** A proxy and a custom authority change what a failure means, so both are always said. */
function wayInWords(reached: readonly Reached[], env: Env): string {
  const proxies = new Set(
    reached.map(({ origin }) => proxyFor(env, origin)?.proxy).filter((name) => name !== undefined),
  );
  const authority = env['NODE_EXTRA_CA_CERTS'] ? ', with the certificate authorities in NODE_EXTRA_CA_CERTS' : '';
  return `${proxies.size === 0 ? 'directly' : `through the proxy ${[...proxies].join(', ')}`}${authority}`;
}

const online = 'Check that this computer is online';
const ca =
  'If a company proxy or a virus scanner inspects connections, give its certificate authority to Node.js: NODE_EXTRA_CA_CERTS=/path/to/ca.pem. Otherwise use another network.';

const fixes: Record<NoAnswerReason, string> = {
  dns: `${online} and that its DNS server answers; behind a proxy set HTTPS_PROXY.`,
  refused: `${online} and that no firewall refuses the connection; behind a proxy set HTTPS_PROXY.`,
  unreachable: `${online} and that no firewall or VPN is in the way; behind a proxy set HTTPS_PROXY.`,
  'tls-untrusted': ca,
  'tls-wrong-name': ca,
  tls: ca,
  proxy: 'Check the address, user name and password of the proxy in HTTPS_PROXY, or unset it where none is needed.',
  timeout: `${online} and that no firewall swallows the connection; behind a proxy set HTTPS_PROXY.`,
  'connection-lost': `${online} and that no firewall cuts the connection; behind a proxy set HTTPS_PROXY.`,
  'answer-too-large': 'Use another network: something in between answers in place of TikTok Shop.',
  aborted: 'Run `ottokit-tiktok doctor network` again.',
};

async function unreadableCa(env: Env): Promise<string | undefined> {
  const file = env['NODE_EXTRA_CA_CERTS'];
  if (file === undefined || file === '') return undefined;
  try {
    await access(file, constants.R_OK);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
  }
}
