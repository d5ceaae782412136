import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { childEnvironment, type Env, type ProxyRules } from '../ground/env.ts';
import type { Io } from '../ground/io.ts';
import type { Command } from './browser-process.ts';
import type { CaptureServer } from './capture-server.ts';
import { isFirefox, type Browser } from './find.ts';

export type WindowContext = Pick<Io, 'env' | 'host' | 'clock'> & { readonly proxies: ProxyRules };

/** Writes a profile that sends requests for the Redirect URL's host to the server. Returns the browser's command. */
export async function prepareProfile(
  profile: string,
  server: CaptureServer,
  browser: Browser,
  context: WindowContext,
): Promise<Command> {
  const startPage = join(profile, 'start.html');
  const redirectScript = `<script>location.replace(${JSON.stringify(server.startAddress)})</script>`;
  await writeFile(startPage, `<!doctype html><meta charset="utf-8"><title>ottokit-tiktok</title>${redirectScript}`);
  const prepare = isFirefox(browser) ? prepareFirefox : prepareChromium;
  const args = await prepare(profile, server, pacAddress(server, context.proxies), context);
  return [browser.path, ...args, pathToFileURL(startPage).href];
}

type Prepare = (profile: string, server: CaptureServer, pac: string, context: WindowContext) => Promise<string[]>;

/** Other users can read the arguments. None turns on automation, and only `--no-sandbox` makes the browser warn. */
const prepareChromium: Prepare = async (profile, server, pac, { host: { platform, ownProcess }, clock }) => {
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferencesFor(server, clock.now())));
  return [
    `--user-data-dir=${profile}`,
    // Otherwise, Chromium may put the cache outside the profile, where nothing deletes it.
    `--disk-cache-dir=${join(profile, 'cache')}`,
    `--proxy-pac-url=${pac}`,
    ...['--no-first-run', '--no-default-browser-check', '--disable-search-engine-choice-screen'],
    ...['--disable-extensions', '--disable-sync', '--disable-background-networking', '--disable-component-update'],
    '--disable-breakpad',
    // Keep Chromium away from the system's keychain.
    ...['--password-store=basic', '--use-mock-keychain'],
    // In an administrator's shell, Chrome would restart itself where we can't observe it (microsoft/playwright#36879).
    ...(platform === 'win32' ? ['--do-not-de-elevate'] : []),
    // On Linux, root can't start the sandbox.
    ...(ownProcess.getuid?.() === 0 && platform === 'linux' ? ['--no-sandbox'] : []),
  ];
};

/**
 * Accepts the certificate for its host, as “Proceed” on Chromium's warning page does (chromium/src:
 * components/security_interstitials/content/stateful_ssl_host_state_delegate.cc; the same in Chromium 120 to 156). Also
 * turns off the offer to save passwords, because they would be deleted with the profile.
 */
function preferencesFor({ hostAndPort, certificate }: CaptureServer, now: number): object {
  const setting = {
    version: 1,
    decision_expiration_time: chromiumTime(now + 86_400_000),
    cert_exceptions_map: { [`-202${certificate.fingerprint.toString('base64')}`]: 1 },
  };
  // Chromium stores the decision for a host on any port as one for port 443.
  const decisions = {
    [`https://${hostAndPort.replace(/\d+$/, '443')},*`]: { last_modified: chromiumTime(now), setting },
  };
  return {
    credentials_enable_service: false,
    profile: { password_manager_enabled: false, content_settings: { exceptions: { ssl_cert_decisions: decisions } } },
  };
}

/** Microseconds since 1601. */
const chromiumTime = (ms: number): string => String(Math.round((ms + 11_644_473_600_000) * 1000));

const firefoxPreferences = {
  'network.proxy.type': 2,
  // Never connect directly if the proxy doesn't answer.
  'network.proxy.failover_direct': false,
  'network.proxy.allow_bypass': false,
  'signon.rememberSignons': false,
  'app.update.auto': false,
  'browser.aboutwelcome.enabled': false,
  'browser.preonboarding.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'termsofuse.bypassNotification': true,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/** The certificate's exception is in the format of mozilla-central: security/manager/ssl/nsCertOverrideService.cpp. */
const prepareFirefox: Prepare = async (profile, { hostAndPort, certificate }, pac, { host: { platform } }) => {
  const preferences = Object.entries({ ...firefoxPreferences, 'network.proxy.autoconfig_url': pac });
  const lines = preferences.map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const sha256 = '2.16.840.1.101.3.4.2.1';
  const hex = certificate.fingerprint.toString('hex').toUpperCase().match(/../g)?.join(':') ?? '';
  await writeFile(join(profile, 'cert_override.txt'), `${hostAndPort}:\tOID.${sha256}\t${hex}\t\n`);
  return [
    // Without this, the process that we start on Windows exits as soon as it has started Firefox itself.
    ...(platform === 'win32' ? ['--wait-for-browser'] : []),
    // On macOS, a program started from a terminal opens its window behind the terminal's.
    ...(platform === 'darwin' ? ['--foreground'] : []),
    ...['--profile', profile],
  ];
};

/**
 * Leaves out our own variables, which may be secret. Crash reports may contain the authorization code, so they are off
 * or stay in the profile. Firefox gets the profile as its home, so that its other files stay there too. Chromium keeps
 * the user's, which may contain a company's certificate authorities.
 */
export function environmentFor(profile: string, env: Env, browser: Browser): Env {
  const XAUTHORITY = env['XAUTHORITY'] ?? join(env['HOME'] ?? '/', '.Xauthority');
  return {
    ...(isFirefox(browser)
      ? { ...childEnvironment(env, /^(XDG_\w+_HOME|MOZ_HEADLESS)$/i), HOME: profile, XAUTHORITY }
      : childEnvironment(env)),
    BREAKPAD_DUMP_LOCATION: join(profile, 'crashes'),
    MOZ_CRASHREPORTER_DISABLE: '1',
  };
}

/** Returns a `data:` address of a script. With one, a browser ignores the environment's proxies, so they are in it. */
export function pacAddress(server: Pick<CaptureServer, 'startAddress' | 'port'>, rules: ProxyRules): string {
  const { hostname } = new URL(server.startAddress);
  const script = `const rules = ${JSON.stringify(rules)};
const proxy = (origin) => {
  if (origin === undefined) return 'DIRECT';
  const { protocol, host, port } = /^(?<protocol>https?):\\/\\/(?<host>.*?)(?::(?<port>\\d+))?$/.exec(origin).groups;
  return (protocol === 'https' ? 'HTTPS ' : 'PROXY ') + host + ':' + (port || (protocol === 'https' ? 443 : 80));
};
function FindProxyForURL(url, host) {
  const name = host.toLowerCase().replace(/\\.$/, '');
  if (name === ${JSON.stringify(hostname)}) return 'PROXY 127.0.0.1:${String(server.port)}';
  if (/^(127(\\.\\d+){3}|\\[?::1\\]?|(.+\\.)?localhost)$/.test(name)) return 'DIRECT';
  const secure = /^(https|wss):/.test(url);
  const target = (/^\\w+:\\/\\/[^/]*:(\\d+)(\\/|$)/.exec(url) || [])[1] || (secure ? '443' : '80');
  const direct = rules.exempt.some(({ host: exempt, port }) =>
    exempt === '*' || ((name === exempt || name.endsWith('.' + exempt)) && (!port || port === target)));
  return direct ? 'DIRECT' : proxy(secure ? rules.https : rules.http);
}`;
  return `data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(script).toString('base64')}`;
}
