import type { Env } from '../ground/env.ts';
import { join } from 'node:path';

/**
 * What the window's browser is started with: a pipe in place of a port, a profile of its own, and quiet. The address
 * to go to is not among them: every user of the computer can read a program's arguments, and `state` is in it.
 */
export function argumentsFor(profile: string, withoutSandbox: boolean, extra: readonly string[]): string[] {
  return [
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    // Else a profile below the user's own configuration has its cache somewhere else, where it would stay.
    `--disk-cache-dir=${join(profile, 'cache')}`,
    ...quiet,
    ...(withoutSandbox ? ['--no-sandbox'] : []),
    ...extra,
    'about:blank',
  ];
}

/** See GoogleChrome/chrome-launcher, docs/chrome-flags-for-tools.md. */
const quiet = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-search-engine-choice-screen',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--metrics-recording-only',
  '--disable-features=MediaRouter,DialMediaRouteProvider,OptimizationHints,AutofillServerCommunication',
  // Neither asks for the system's keychain nor leaves a key in it.
  '--password-store=basic',
  '--use-mock-keychain',
];

/**
 * The profile's settings (`Default/Preferences`): no offer to keep a password that is thrown away with the profile,
 * and no page or connection opened ahead of time, for that would get past the interception.
 */
export const preferences = {
  credentials_enable_service: false,
  profile: { password_manager_enabled: false },
  net: { network_prediction_options: 2 },
};

/**
 * The browser's environment: without our own variables, which may hold secrets, and with crash reports (memory, which
 * has the code in it) in the profile; they are in the user's configuration otherwise.
 */
export function environmentFor(profile: string, env: Env): Env {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('OTTOKIT_TIKTOK_'));
  return { ...Object.fromEntries(others), BREAKPAD_DUMP_LOCATION: join(profile, 'crashes') };
}
