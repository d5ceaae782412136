import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { startSimulator } from '../simulator/simulator.ts';
import { makeNetwork } from '../attack/namespace.ts';
import { page, startServer, type Answer } from '../browser/servers.ts';
import { startScreen } from '../browser/window.ts';
import { newMachine } from '../journeys/machine.ts';
import { appFlags } from '../journeys/journey.ts';
import { startProxy } from './proxy.ts';

const ottokitRedirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
const ottokitAddress = '10.87.0.1';
/** The user id of `nobody`. */
const user = 65_534;

/** What a page can find out about its window. */
export interface Signals {
  readonly webdriver: string;
  /** The height of the window's frame around the page, in pixels. */
  readonly chrome: string;
}

const sink = `
const [file] = process.argv.slice(1);
const { appendFileSync } = require('node:fs');
require('node:net').createServer((socket) => {
  socket.on('error', () => {}).on('data', (data) => { appendFileSync(file, data.toString('latin1') + '\\n'); socket.destroy(); });
  appendFileSync(file, 'connection\\n');
}).listen(443, '0.0.0.0', () => console.log('ready'));
`;

/** A page that reports what it detects to the shop, requests OttoKit's address in many ways, then goes there. */
const curious = (redirectedTo: string): string => `<h1>TikTok Shop</h1>
  <link rel="preconnect" href="https://api.ottokit.com"><link rel="prefetch" href="${redirectedTo}">
  <img src="https://api.ottokit.com/image"><iframe src="${redirectedTo}" width="300" height="60"></iframe>
  <script>
    const report = () => fetch('/signals?' + new URLSearchParams({
      webdriver: String(navigator.webdriver), chrome: String(outerHeight - innerHeight) }));
    navigator.sendBeacon('${redirectedTo}', 'beacon');
    fetch('${redirectedTo}', { mode: 'no-cors' }).catch(() => {});
    setTimeout(async () => {
      await report();
      await fetch('/gate');
      location.href = ${JSON.stringify(redirectedTo)};
    }, 500);
  </script>`;

/**
 * Sets up a separate computer (a network namespace) on which an ordinary user runs the program with a real browser on a
 * virtual screen. OttoKit's name leads to a sink there. TikTok Shop's page examines its window before it redirects.
 */
export async function ordinaryUser(policies?: Readonly<Record<string, unknown>>) {
  const [network, screen] = await Promise.all([makeNetwork(onTestFinished), startScreen()]);
  const simulator = await startSimulator({ redirectUrl: ottokitRedirectUrl, autoApprove: true });
  onTestFinished(() => simulator.close());
  const signals: Signals[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const looks: Answer = (request, response) => {
    signals.push(Object.fromEntries(new URL(request.url ?? '', 'http://x').searchParams) as unknown as Signals);
    response.end();
  };
  const origin = await startProxy(simulator.origin, (to) => ({
    '/authorize': page(curious(to)),
    '/signals': looks,
    '/gate': (_request, response) => void gate.then(() => response.end()),
  }));
  const plain = await startServer({
    '/': page(`<h1>Plain</h1><script>setTimeout(() => fetch('/signals?' + new URLSearchParams({
      webdriver: String(navigator.webdriver), chrome: String(outerHeight - innerHeight) })), 500)</script>`),
    '/signals': looks,
  });
  for (const each of [origin, plain.origin]) await network.lend(Number(new URL(each).port));

  const machine = await newMachine(onTestFinished, { OTTOKIT_TIKTOK_ORIGIN: origin, DISPLAY: screen });
  const { directory } = machine;
  await writeFile(`${directory}/hosts`, `127.0.0.1 localhost\n${ottokitAddress} api.ottokit.com\n`);
  await writeFile(`${directory}/sink`, '');
  await network.serve(sink, `${directory}/sink`);
  await mkdir(`${directory}/chromium/policies/managed`, { recursive: true });
  await writeFile(`${directory}/chromium/policies/managed/test.json`, JSON.stringify(policies ?? {}));
  execFileSync('chown', ['-R', `${String(user)}:${String(user)}`, directory]);
  const mounts = `mount --bind ${directory}/hosts /etc/hosts; mount --bind ${directory}/chromium /etc/chromium`;
  const asUser = `setpriv --reuid ${String(user)} --regid ${String(user)} --clear-groups`;
  const through = [...network.here, 'sh', '-c', `${mounts}; exec ${asUser} "$@"`, 'sh'];
  return {
    ...{ machine, simulator, signals, through, plain, screen },
    connect: ['connect', ...appFlags(simulator.app, ottokitRedirectUrl), '--app-secret-stdin', '--yes', '--json'],
    secret: { stdin: `${simulator.app.appSecret}\n` },
    /** Lets TikTok Shop's page redirect. */
    approve: () => {
      open();
    },
    /** Everything received at OttoKit's address. */
    sunk: () => readFile(`${directory}/sink`, 'utf8'),
    /** Lists all windows on the screen, with their titles. */
    titles: async () => {
      const { stdout } = await promisify(execFile)('xwininfo', ['-root', '-tree'], {
        env: { DISPLAY: screen, PATH: '/usr/bin', LC_ALL: 'C.UTF-8' },
      });
      return stdout;
    },
    /** Saves a screenshot. */
    picture: async (name: string) => {
      const file = fileURLToPath(new URL(`screenshots/window-${name}.png`, import.meta.url));
      await mkdir(fileURLToPath(new URL('screenshots', import.meta.url)), { recursive: true });
      await promisify(execFile)('import', ['-window', 'root', file], { env: { DISPLAY: screen, PATH: '/usr/bin' } });
    },
  };
}
