import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Env } from '../ground/env.ts';
import type { Command, OwnProcess } from './browser-process.ts';
import type { CaptureServer } from './capture-server.ts';
import { chromiumArguments, writeChromiumProfile } from './chromium.ts';
import { isFirefox, type Browser } from './find.ts';
import { firefoxArguments, writeFirefoxProfile } from './firefox.ts';
import { pacAddress, type ProxyRules } from './pac.ts';

/** What decides how the browser is started. */
export interface Look {
  readonly browser: Browser;
  readonly redirectUrl: string;
  readonly proxies: ProxyRules;
  readonly own: OwnProcess;
  /** Whether this program runs as root: on Linux, Chromium does not start its sandbox then and must do without. */
  readonly isRoot: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly extraArguments?: readonly string[];
}

/** Writes a profile in which the Redirect URL's host leads to the server. Returns the command that opens it. */
export async function prepareProfile(
  profile: string,
  { port, certificate: { fingerprint }, startAddress }: CaptureServer,
  { browser, redirectUrl, proxies, now, own: { platform }, isRoot, extraArguments = [] }: Look,
): Promise<Command> {
  const redirect = new URL(redirectUrl);
  const authority = `${redirect.hostname}:${redirect.port || '443'}`;
  const rules = { authority, fingerprint, pac: pacAddress(redirect.hostname, port, proxies), now: now() };
  const startPage = join(profile, 'start.html');
  const leaveHere = `<script>location.replace(${JSON.stringify(startAddress)})</script>`;
  await writeFile(startPage, `<!doctype html><meta charset="utf-8"><title>ottokit-tiktok</title>${leaveHere}`);
  const page = pathToFileURL(startPage).href;
  if (isFirefox(browser)) {
    await writeFirefoxProfile(profile, rules);
    return [browser.path, ...firefoxArguments(profile, platform), ...extraArguments, page];
  }
  await writeChromiumProfile(profile, rules);
  const withoutSandbox = isRoot && platform === 'linux' ? ['--no-sandbox'] : [];
  return [browser.path, ...chromiumArguments(profile, rules, platform), ...withoutSandbox, ...extraArguments, page];
}

/**
 * The browser's environment: without our own variables, which may hold secrets, and with crash reports (memory, which
 * has the code in it) in the profile instead of the user's configuration, or off.
 */
export function environmentFor(profile: string, env: Env): Env {
  const others = Object.entries(env).filter(([name]) => !/^OTTOKIT_TIKTOK_/i.test(name));
  const crashes = { BREAKPAD_DUMP_LOCATION: join(profile, 'crashes'), MOZ_CRASHREPORTER_DISABLE: '1' };
  return { ...Object.fromEntries(others), ...crashes };
}
