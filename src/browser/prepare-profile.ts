import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { childEnvironment, type Env, type ProxyRules } from '../ground/env.ts';
import type { Io } from '../ground/io.ts';
import type { Command } from './browser-process.ts';
import type { CaptureServer } from './capture-server.ts';
import { prepareChromium } from './chromium.ts';
import { isFirefox, type Browser } from './find.ts';
import { prepareFirefox } from './firefox.ts';
import { pacAddress } from './pac.ts';

/** Writes a profile that sends requests for the Redirect URL's host to the server. Returns the browser's command. */
export async function prepareProfile(
  profile: string,
  { port, hostAndPort, certificate: { fingerprint }, startAddress }: CaptureServer,
  browser: Browser,
  { host, clock, proxies }: Pick<Io, 'host' | 'clock'> & { readonly proxies: ProxyRules },
): Promise<Command> {
  const pac = pacAddress(new URL(startAddress).hostname, port, proxies);
  const rules = { hostAndPort, fingerprint, pac, now: clock.now() };
  const startPage = join(profile, 'start.html');
  const redirectScript = `<script>location.replace(${JSON.stringify(startAddress)})</script>`;
  await writeFile(startPage, `<!doctype html><meta charset="utf-8"><title>ottokit-tiktok</title>${redirectScript}`);
  const prepare = isFirefox(browser) ? prepareFirefox : prepareChromium;
  return [browser.path, ...(await prepare(profile, rules, host)), pathToFileURL(startPage).href];
}

/**
 * Returns the browser's environment, without our own variables, which may be secret. Crash reports may contain the
 * authorization code, so they are off or stay in the profile. Firefox gets the profile as its home directory, so that
 * its other files stay there too. Chromium keeps the user's, which may contain a company's certificate authorities.
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
