import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startBrowser } from '../../src/browser/browser-process.ts';
import { startCaptureServer } from '../../src/browser/capture-server.ts';
import { openCaptureWindow } from '../../src/browser/windows.ts';
import { prepareProfile } from '../../src/browser/prepare-profile.ts';
import { makeProfile } from '../../src/browser/profile.ts';
import { proxyRules } from '../../src/network/proxy.ts';
import { makeAuthority } from '../network/certificates.ts';
import { listening, serveProxy } from '../network/servers.ts';
import { page, redirect, type Answer } from './servers.ts';
import { approved, processesWith, profilesIn, redirectUrl, setUp, startScreen, state, until } from './window.ts';

vi.setConfig({ testTimeout: 60_000 });

const captured = `GET /callback?app_key=6abc&code=TTP_code&locale=en&shop_region=US&state=${state}`;
const submitForm = page('<form method="post" action="/go"></form><script>document.forms[0].submit()</script>');
const script = (code: string, headers: Record<string, string> = {}): Answer =>
  page(`<script>${code}</script>`, headers);
const framed = (address: string): Answer => page(`<iframe src="${address.replaceAll('&', '&amp;')}"></iframe>`);

type Pages = Readonly<Record<string, Answer>>;

/** The ways in which TikTok Shop's page can lead to the Redirect URL. */
const ways: Readonly<Record<string, Pages>> = {
  'a server redirect': { '/authorize': redirect(approved) },
  'a redirect by a script': { '/authorize': script(`location.href = '${approved}'`) },
  'a link': { '/authorize': page(`<a href="${approved}">Go</a><script>document.links[0].click()</script>`) },
  'a chain of redirects': {
    '/authorize': redirect('/a', 301),
    '/a': redirect('/b', 307),
    '/b': redirect(approved, 303),
  },
  'a form that is answered with a redirect': { '/authorize': submitForm, '/go': redirect(approved, 303) },
  'a form whose policy allows only the Redirect URL': {
    '/authorize': (request, response) => {
      response.setHeader('Content-Security-Policy', "form-action 'self' https://api.ottokit.com");
      submitForm(request, response);
    },
    '/go': redirect(approved),
  },
  'a new tab': { '/authorize': script(`window.open('${approved}')`) },
  'a redirected new tab without an opener': {
    '/authorize': script(`window.open('/go', '_blank', 'noopener')`),
    '/go': redirect(approved),
  },
  'a frame that navigates the whole page': {
    '/authorize': page('<iframe src="/frame"></iframe>'),
    '/frame': script(`top.location.href = '${approved}'`),
  },
  'a page that asks for confirmation before it is left': {
    '/authorize': script(`onbeforeunload = (event) => event.preventDefault(); location.href = '${approved}'`),
  },
  'a page that already requested the address in every other way': {
    '/authorize': page(`
      <link rel="preconnect" href="${redirectUrl}"><link rel="prefetch" href="${approved}">
      <script type="speculationrules">{"prefetch": [{"urls": [${JSON.stringify(approved)}], "eagerness": "immediate"}]}</script>
      <img src="${approved}"><iframe src="${approved}"></iframe>
      <script>
        navigator.sendBeacon('${approved}', 'x');
        fetch('${approved}', { mode: 'no-cors' }).catch(() => {});
        setTimeout(() => { location.href = '${approved}' }, 500);
      </script>`),
  },
};

/** Requests that look similar but aren't TikTok Shop's redirect. */
const others: Readonly<Record<string, Pages>> = {
  'with another state': { '/authorize': redirect(approved.replace(state, 'another')) },
  'without a state': { '/authorize': redirect(`${redirectUrl}?code=TTP_code`) },
  'in a frame': { '/authorize': framed(approved) },
  'that posts a form': { '/authorize': submitForm, '/go': redirect(approved, 307) },
  'by a script': { '/authorize': script(`fetch('${approved}', { mode: 'no-cors' })`) },
  'to a path below the Redirect URL’s': { '/authorize': redirect(approved.replace('?', '/more?')) },
};

type Scene = Awaited<ReturnType<typeof openScene>>;

/** A window in which most tests open a tab, and the pages that TikTok Shop shows now. */
let scene: Scene;
let pages: Pages = {};
const cleanUp: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  scene = await openScene();
}, 60_000);
afterAll(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});

async function openScene() {
  const pass: Answer = (request, response) => {
    pages[new URL(request.url ?? '/', 'http://localhost').pathname]?.(request, response);
  };
  const paths = ['/authorize', '/go', '/a', '/b', '/frame'];
  pages = { '/authorize': page('<h1>Authorize</h1>') };
  const after = (clean: () => void | Promise<void>): void => void cleanUp.push(clean);
  const setting = await setUp(Object.fromEntries(paths.map((path) => [path, pass])), {
    extraArguments: ['--disable-popup-blocking'],
    screen: await startScreen(after),
    after,
  });
  await setting.open();
  await until('the first tab shows its page', () => setting.tiktok.seen.length > 0);
  const [profile = ''] = await profilesIn(setting.root);
  return { ...setting, profile };
}

async function visit(now: Pages): Promise<Scene> {
  pages = now;
  scene.listener.seen.length = 0;
  scene.tiktok.seen.length = 0;
  const { browser, authorizationUrl } = scene.options;
  // A browser that is started again with the same profile opens the address in the running instance.
  await promisify(execFile)(browser.path, [`--user-data-dir=${scene.profile}`, '--no-sandbox', authorizationUrl], {
    env: scene.surroundings.env,
  });
  return scene;
}

test.for(Object.entries(ways))('%s brings the code to the listener, and nothing reaches OttoKit', async ([, now]) => {
  const { listener, sink } = await visit(now);
  await until('the listener was asked', () => listener.seen.length > 0);
  expect(new Set(listener.seen)).toEqual(new Set([captured]));
  expect(sink.connections()).toBe(0);
});

test('a seller’s refusal is captured too', async () => {
  const { listener, sink } = await visit({ '/authorize': redirect(`${redirectUrl}?error=auth_denied&state=${state}`) });
  const denied = `GET /callback?error=auth_denied&state=${state}`;
  await until('the listener was asked', () => listener.seen.includes(denied));
  expect(sink.connections()).toBe(0);
});

test('a repeated redirect never reaches OttoKit', async () => {
  const twice = script(`window.open('${approved}'); location.href = '${approved}'`);
  const { listener, sink } = await visit({ '/authorize': twice });
  await until('the listener was asked twice', () => listener.seen.length === 2);
  expect(sink.connections()).toBe(0);
});

test.for(Object.entries(others))('a request %s is not captured, and does not reach OttoKit', async ([, now]) => {
  const { listener, tiktok, sink } = await visit(now);
  await until('the page was shown', () => tiktok.seen.length === Object.keys(now).length);
  // A later redirect arrives, so this request would have arrived by now.
  const earlier = listener.seen.splice(0);
  await visit({ '/authorize': redirect(approved.replace('TTP_code', 'TTP_later')) });
  await until('the listener was asked', () => listener.seen.some((seen) => seen.includes('TTP_later')));
  expect([...earlier, ...listener.seen].filter((seen) => seen.includes('TTP_code'))).toEqual([]);
  expect(sink.connections()).toBe(0);
});

test('behind a proxy, the window reaches TikTok Shop through it, and requests to OttoKit’s address are still captured', async () => {
  const authority = makeAuthority();
  onTestFinished(() => {
    authority.remove();
  });
  const shop = authority.issue('DNS:services.tiktokshop.com');
  const { port } = await listening(createServer(shop, redirect(approved)));
  const proxy = await serveProxy(port);
  const proxies = proxyRules({ HTTPS_PROXY: `http://127.0.0.1:${String(proxy.port)}` });
  if (typeof proxies === 'string') throw new Error(proxies);
  const publicKey = new X509Certificate(shop.cert).publicKey.export({ type: 'spki', format: 'der' });
  // This accepts only the shop's certificate: the window must accept ours by itself.
  const accepted = `--ignore-certificate-errors-spki-list=${createHash('sha256').update(publicKey).digest('base64')}`;
  const { options, surroundings, listener, sink } = await setUp({}, { proxies, extraArguments: [accepted] });
  const authorizationUrl = 'https://services.tiktokshop.com/open/authorize';
  const opened = await openCaptureWindow({ ...options, authorizationUrl }, surroundings);
  if ('why' in opened) throw new Error(opened.why);
  onTestFinished(() => opened.close());
  await until('the listener was asked', () => listener.seen.includes(captured));
  const asked = proxy.asked.map(({ authority: host }) => host);
  expect(asked).toContain('services.tiktokshop.com:443');
  expect(asked).not.toContain('api.ottokit.com:443');
  expect(sink.connections()).toBe(0);
});

test('a Redirect URL on another port is captured too', async () => {
  const { options, surroundings, listener, sink } = await setUp({
    '/authorize': redirect(approved.replace('api.ottokit.com', 'api.ottokit.com:8443')),
  });
  const opened = await openCaptureWindow(
    { ...options, redirectUrl: redirectUrl.replace('api.ottokit.com', 'api.ottokit.com:8443') },
    surroundings,
  );
  if ('why' in opened) throw new Error(opened.why);
  onTestFinished(() => opened.close());
  await until('the listener was asked', () => listener.seen.includes(captured));
  expect(sink.connections()).toBe(0);
});

test('if the capture server dies while the window is open, nothing reaches OttoKit', async () => {
  // Requests it by script, then in a new tab, whose address can't be read once the tab shows the browser's error page.
  const leaves = script(`(async () => {
    await fetch('/gate');
    await fetch('${approved}', { mode: 'no-cors' }).catch(() => fetch('/failed'));
    const tab = window.open('${approved}');
    const timer = setInterval(() => {
      try { void tab.location.href } catch { clearInterval(timer); fetch('/failed') }
    }, 50);
  })()`);
  let open = (): void => undefined;
  const gate: Answer = (_request, response) => (open = () => void response.end());
  const done: Answer = (_request, response) => void response.end();
  const pagesThen = { '/authorize': leaves, '/gate': gate, '/failed': done };
  const { options, surroundings, root, tiktok, listener, sink } = await setUp(pagesThen, {
    extraArguments: ['--disable-popup-blocking'],
  });
  const profile = await makeProfile(root);
  const server = await startCaptureServer(options, Date.now());
  const command = await prepareProfile(profile, server, options.browser, surroundings);
  const browser = startBrowser(command, surroundings.env, surroundings.host);
  onTestFinished(() => browser.end());
  await server.arrival;
  await until('the page waits', () => tiktok.seen.includes('GET /gate'));
  server.close();
  open();
  const failures = (): number => tiktok.seen.filter((seen) => seen === 'GET /failed').length;
  await until('the browser tried both ways', () => failures() === 2);
  expect(listener.seen).toEqual([]);
  expect(sink.connections()).toBe(0);
});

test('no argument contains our state or nonce, no switch automates the browser, and it gets none of our variables', async () => {
  const secrets = { OTTOKIT_TIKTOK_APP_SECRET: 'very-secret', ottokit_tiktok_passphrase: 'very-secret' };
  const { open, root, tiktok } = await setUp({ '/authorize': page('<h1>Authorize</h1>') }, { env: secrets });
  await open();
  await until('the page was asked for', () => tiktok.seen.length > 0);
  const [profile = ''] = await profilesIn(root);
  const nonce = /api\.ottokit\.com\/([\w-]+)/.exec(await readFile(`${profile}/start.html`, 'utf8'))?.[1] ?? '';
  expect(nonce).toHaveLength(22);
  const processes = await processesWith(profile);
  expect(processes.length).toBeGreaterThan(0);
  for (const { pid, args } of processes) {
    expect(args).not.toContain(state);
    expect(args).not.toContain(nonce);
    expect(args).not.toMatch(/remote-debugging|enable-automation|disable-blink-features|test-type|ignore-certificate/);
    const environment = await readFile(`/proc/${String(pid)}/environ`, 'utf8').catch(() => '');
    expect(environment.toLowerCase()).not.toContain('ottokit_tiktok_');
  }
});
