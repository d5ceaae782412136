import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ground/io.ts';

/** What a new profile needs to know so that its browser ends up at the capture server. */
export interface ProfileRules {
  /** The host that is answered here, with its port: `api.ottokit.com:443`. */
  readonly authority: string;
  /** SHA-256 of the certificate to accept for it. */
  readonly fingerprint: Buffer;
  /** See `pacAddress`. */
  readonly pac: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Prepares an ordinary browser with a profile of its own, and returns its arguments: no switch of automation or
 * debugging, none that Chromium warns about, and no address with a secret in it, because every user of the computer can
 * read a program's arguments.
 */
export async function prepareChromium(
  profile: string,
  rules: ProfileRules,
  { platform, isRoot }: Pick<Host, 'platform' | 'isRoot'>,
): Promise<readonly string[]> {
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferencesFor(rules)));
  return [
    `--user-data-dir=${profile}`,
    // Otherwise a profile below the user's own configuration has its cache somewhere else, where it would be left.
    `--disk-cache-dir=${join(profile, 'cache')}`,
    `--proxy-pac-url=${rules.pac}`,
    ...['--no-first-run', '--no-default-browser-check', '--disable-search-engine-choice-screen'],
    ...['--disable-extensions', '--disable-sync', '--disable-background-networking', '--disable-component-update'],
    '--disable-breakpad',
    // Neither asks for the system's keychain nor leaves a key in it.
    ...['--password-store=basic', '--use-mock-keychain'],
    // From an administrator's shell Chrome would start itself again, out of our sight (microsoft/playwright#36879).
    ...(platform === 'win32' ? ['--do-not-de-elevate'] : []),
    // On Linux, root can't start the sandbox.
    ...(isRoot && platform === 'linux' ? ['--no-sandbox'] : []),
  ];
}

/**
 * What “Proceed” on Chromium's page about an untrusted certificate writes, for this profile, host and certificate alone
 * (chromium/src: components/security_interstitials/content/stateful_ssl_host_state_delegate.cc). Unchanged from Chromium
 * 120 to 156. Also, no offer to keep a password that is deleted with the profile.
 */
function preferencesFor({ authority, fingerprint, now }: ProfileRules): object {
  const setting = {
    version: 1,
    decision_expiration_time: chromiumTime(now + 86_400_000),
    cert_exceptions_map: { [`-202${fingerprint.toString('base64')}`]: 1 },
  };
  const decisions = { [`https://${authority},*`]: { last_modified: chromiumTime(now), setting } };
  return {
    credentials_enable_service: false,
    profile: { password_manager_enabled: false, content_settings: { exceptions: { ssl_cert_decisions: decisions } } },
  };
}

/** Microseconds since 1601. */
const chromiumTime = (ms: number): string => String(Math.round((ms + 11_644_473_600_000) * 1000));
