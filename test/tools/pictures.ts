// Creates the README's pictures from real runs: the program runs in a pseudo-terminal, a terminal emulator reads its
// output, and the screens are drawn as SVG. `npm run pictures` writes them to .github/, or to the directory it is given.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { page as pageOf } from '../../src/listener/pages.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { linesBetween, moving, record, still, type Frame } from './terminal-svg.ts';

const [, , target = '.github'] = process.argv;
const directory = await mkdtemp(join(tmpdir(), 'pictures-'));

try {
  const { frames } = await run(['connect', '--demo'], { BROWSER: 'true' }, 25);
  await picture('wizard', moving(inTwentySeconds(frames)));

  const redirectUrl = 'http://127.0.0.1:8717/callback';
  const simulator = await startSimulator({ redirectUrl, autoApprove: true });
  const world = {
    OTTOKIT_TIKTOK_ORIGIN: simulator.origin,
    OTTOKIT_TIKTOK_CONFIG_DIR: join(directory, 'config'),
    OTTOKIT_TIKTOK_APP_SECRET: simulator.app.appSecret,
    BROWSER: await follower(),
    HOME: directory,
    DBUS_SESSION_BUS_ADDRESS: '',
  };
  const { appKey, serviceId } = simulator.app;
  const flags = ['--region', 'row', '--redirect-url', redirectUrl, '--app-key', appKey, '--service-id', serviceId];
  await run(['connect', ...flags, '--yes'], world);
  simulator.revoke();
  const { all } = await run(['doctor'], world);
  await picture('doctor', still(linesBetween(all, { from: /^Program/, to: /\S/ })));
  await simulator.close();
  await callbackPage();
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Runs the program in a pseudo-terminal to its end, without input. */
async function run(args: readonly string[], env: Record<string, string>, rows = 50) {
  const { NODE_EXTRA_CA_CERTS: _, NO_COLOR: __, ...inherited } = process.env;
  return await record(process.execPath, ['bin/ottokit-tiktok.cjs', ...args], {
    ...{ columns: 80, rows },
    env: { ...inherited, LANG: 'C.UTF-8', TERM: 'xterm-256color', FORCE_COLOR: '1', ...env },
  });
}

async function picture(name: string, svg: string): Promise<void> {
  await writeFile(join(target, `${name}.svg`), svg);
}

/** Speeds up a recording of more than 20 seconds, the maximum for a picture in the README. */
function inTwentySeconds(frames: readonly Frame[]): readonly Frame[] {
  const total = frames.reduce((sum, { ms }) => sum + ms, 0);
  const speed = Math.max(1, total / 20_000);
  return frames.map(({ screen, ms }) => ({ screen, ms: ms / speed }));
}

/** Takes a screenshot of the page for an accepted callback in Chromium. */
async function callbackPage(): Promise<void> {
  const html = pageOf({ kind: 'connected', shops: [{ name: 'Demo Shop', region: 'GB' }] });
  const browser = await chromium.launch({
    executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width: 800, height: 420 }, colorScheme: 'light' });
  await page.setContent(html);
  await page.screenshot({ path: join(target, 'callback.png') });
  await browser.close();
}

/** Writes a script that acts as a browser but only follows redirects. Returns its path. */
async function follower(): Promise<string> {
  const path = join(directory, 'browser.mjs');
  await writeFile(path, `#!${process.execPath}\nawait (await fetch(process.argv[2])).text();\n`, { mode: 0o755 });
  return path;
}
