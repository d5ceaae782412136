import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ground/io.ts';

/** What a new profile needs to send its browser to the capture server. */
export interface ProfileRules {
  /** See `CaptureServer`. */
  readonly hostAndPort: string;
  /** SHA-256 of the certificate to accept for `hostAndPort`. */
  readonly fingerprint: Buffer;
  /** See `pacAddress`. */
  readonly pac: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Writes a Chromium profile and returns the browser's arguments: no automation switch, none that Chromium warns about
 * (except `--no-sandbox` for root), and no secrets, because every user of the computer can read the arguments.
 */
export async function prepareChromium(
  profile: string,
  rules: ProfileRules,
  { platform, ownProcess }: Pick<Host, 'platform' | 'ownProcess'>,
): Promise<readonly string[]> {
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferencesFor(rules)));
  return [
    `--user-data-dir=${profile}`,
    // Otherwise, Chromium may put the cache outside the profile, where nothing deletes it.
    `--disk-cache-dir=${join(profile, 'cache')}`,
    `--proxy-pac-url=${rules.pac}`,
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
}

/**
 * Accepts the certificate for its host, as “Proceed” on Chromium's warning page does (chromium/src:
 * components/security_interstitials/content/stateful_ssl_host_state_delegate.cc; the same in Chromium 120 to 156). Also
 * turns off the offer to save passwords, because they would be deleted with the profile.
 */
function preferencesFor({ hostAndPort, fingerprint, now }: ProfileRules): object {
  const setting = {
    version: 1,
    decision_expiration_time: chromiumTime(now + 86_400_000),
    cert_exceptions_map: { [`-202${fingerprint.toString('base64')}`]: 1 },
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
