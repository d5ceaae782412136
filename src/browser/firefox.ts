import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ground/io.ts';
import type { ProfileRules } from './chromium.ts';

/**
 * Writes a Firefox profile with the proxy rules, an exception for the capture server's certificate (mozilla-central:
 * security/manager/ssl/nsCertOverrideService.cpp) and no first-run pages. Returns Firefox's arguments.
 */
export async function prepareFirefox(
  profile: string,
  { hostAndPort, fingerprint, pac }: ProfileRules,
  { platform }: Pick<Host, 'platform'>,
): Promise<readonly string[]> {
  const preferences = {
    'network.proxy.type': 2,
    'network.proxy.autoconfig_url': pac,
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
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const hex = fingerprint.toString('hex').toUpperCase().match(/../g)?.join(':') ?? '';
  await writeFile(join(profile, 'cert_override.txt'), `${hostAndPort}:\tOID.${sha256}\t${hex}\t\n`);
  return [
    // Without this, the process that we start on Windows exits as soon as it has started Firefox itself.
    ...(platform === 'win32' ? ['--wait-for-browser'] : []),
    // On macOS, a program started from a terminal opens its window behind the terminal's.
    ...(platform === 'darwin' ? ['--foreground'] : []),
    ...['--profile', profile],
  ];
}

const sha256 = '2.16.840.1.101.3.4.2.1';
