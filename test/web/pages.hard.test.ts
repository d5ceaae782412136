import { mkdir } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { contentSecurityPolicy, page as render, type PageContent } from '../../src/listener/pages.ts';
import type { Scenario } from '../simulator/scenarios.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { chromiumPath, noChromium } from '../listener/chromium.ts';
import { judge, start, validTarget } from '../listener/probe.ts';

/** Where screenshots of every page are saved. */
const pictures = fileURLToPath(new URL('screenshots', import.meta.url));

let browser: Browser | undefined;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  if (chromiumPath !== undefined)
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
});

beforeEach((context) => {
  context.skip(browser === undefined, noChromium);
});

afterAll(() => browser?.close());

interface Tab {
  readonly tab: Page;
  readonly complaints: readonly string[];
}

/** Opens a new page and collects the messages in its console. */
async function open(options: BrowserContextOptions = {}): Promise<Tab> {
  if (browser === undefined) throw new Error(noChromium);
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on('console', (message) => complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(error.message));
  return { tab, complaints };
}

const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 360].map((width) => ({ scheme, width })));

/** Takes a screenshot in every appearance, and checks each color scheme and each width once with axe's rules. */
async function examine(name: string, show: (tab: Page) => Promise<void>): Promise<Tab> {
  const opened = await open();
  const { tab } = opened;
  await show(tab);
  await tab.evaluate(axe.source);
  const backgrounds = new Set<unknown>();
  for (const { scheme, width } of looks) {
    await tab.setViewportSize({ width, height: 720 });
    await tab.emulateMedia({ colorScheme: scheme });
    await tab.screenshot({ path: `${pictures}/${name}-${scheme}-${String(width)}.png`, fullPage: true });
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    backgrounds.add(await tab.evaluate('getComputedStyle(document.body).backgroundColor'));
    if ((scheme === 'light') === (width === 1280))
      expect(await tab.evaluate(violations), `${scheme}, ${String(width)} px`).toEqual([]);
  }
  expect(backgrounds.size).toBe(2);
  return opened;
}

/** Runs in the page and returns axe's findings, each with its elements. */
const violations = `axe.run().then(({ violations }) =>
  violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html) })))`;

const shops = [
  { name: 'Blue Lamp', region: 'US' },
  { name: 'متجر المصباح الأزرق', region: 'SA' },
  { name: 'Onewordthatneverseemstocometoanendwhateverthewidthofthewindow', region: 'GB' },
];

const contents: readonly (readonly [name: string, content: PageContent])[] = [
  ['connected', { kind: 'connected', shops: shops.slice(0, 1) }],
  ['connected-without-shops', { kind: 'connected', shops: [] }],
  [
    'connected-with-many-shops',
    { kind: 'connected', shops: [...shops, ...Array.from({ length: 20 }, () => ({ name: 'Shop', region: 'DE' }))] },
  ],
  ['denied', { kind: 'denied' }],
  [
    'failed',
    {
      kind: 'failed',
      message: 'The authorization code is used up, older than 30 minutes, or another app’s.',
      fix: 'Run `ottokit-tiktok connect` again; a code works once.',
    },
  ],
  [
    'failed-right-to-left',
    { kind: 'failed', message: 'قال متجر تيك توك: الرمز غير صالح', fix: 'Run `ottokit-tiktok connect` again.' },
  ],
  ['refused', { kind: 'refused', why: 'its state is not the one of this login.' }],
  ['used', { kind: 'used' }],
  ['waiting-ended', { kind: 'waiting-ended' }],
  ['not-here', { kind: 'not-here' }],
];

test.each(contents)('the listener’s page %s is accessible in every appearance', async (name, content) => {
  const html = render(content);
  const place = await site((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
    });
    response.end(html);
  });
  const { tab, complaints } = await examine(`listener-${name}`, async (shown) => {
    await shown.goto(`${place}callback?code=c&state=s`);
  });
  expect(await tab.evaluate("document.querySelector('svg').getBoundingClientRect().width")).toBe(48);
  expect(await tab.evaluate('location.href')).toBe(`${place}callback`);
  expect(complaints).toEqual([]);
});

/** Starts another site on a separate port and returns its address. */
async function site(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${String((server.address() as AddressInfo).port)}/`;
}

test.each(['redirect', 'script'])(
  'after the consent page leads back by %s, the result is shown, and the address bar shows neither code nor state',
  async (by) => {
    const { listener, port } = await start();
    const target = `http://127.0.0.1:${String(port)}${validTarget}`;
    const consent = await site((_, response) => {
      if (by === 'redirect') response.writeHead(302, { location: target }).end();
      else
        response
          .setHeader('content-type', 'text/html')
          .end(`<script>location.replace(${JSON.stringify(target)})</script>`);
    });
    const { tab, complaints } = await open();
    const arrived = tab.waitForURL(`http://127.0.0.1:${String(port)}/**`);
    void tab.goto(consent).catch(() => undefined);
    const { verdict, finish } = await listener.arrival;
    expect(verdict).toEqual({ outcome: 'approved', code: 'TTP_right' });
    await finish({ kind: 'connected', shops: [{ name: 'Blue Lamp', region: 'GB' }] });
    await arrived;
    expect(await tab.title()).toBe('TikTok Shop is connected · ottokit-tiktok');
    expect(await tab.locator('li').innerText()).toContain('Blue Lamp');
    expect(await tab.evaluate('location.href')).toBe(`http://127.0.0.1:${String(port)}/callback`);
    expect(await tab.evaluate('document.referrer')).not.toContain('code');
    expect(complaints).toEqual([]);
  },
);

test('the result page works without JavaScript too', async () => {
  const { listener, port } = await start();
  const { tab } = await open({ javaScriptEnabled: false });
  const shown = tab.goto(`http://localhost:${String(port)}${validTarget}`);
  await (await listener.arrival).finish({ kind: 'denied' });
  await shown;
  expect(await tab.locator('h1').innerText()).toBe('The app wasn’t authorized');
});

test('another site’s page can’t use up the callback’s address by a fetch, image, frame, script, style or form', async () => {
  let judged = 0;
  const { listener, port } = await start({
    judge: (query) => {
      judged++;
      return judge(query);
    },
  });
  const target = `http://127.0.0.1:${String(port)}${validTarget}`;
  const evil = await site((_, response) => {
    response.setHeader('content-type', 'text/html').end('<iframe name="target"></iframe>');
  });
  const { tab } = await open();
  const asked = new Set<string>();
  tab.on('request', (request) => {
    if (request.url() === target) asked.add(`${request.method()} ${request.resourceType()}`);
  });
  await tab.goto(evil);
  await tab.evaluate(`(async () => {
    const target = ${JSON.stringify(target)};
    const settled = (element, place) => new Promise((resolve) => {
      element.onload = element.onerror = resolve;
      document.body.append(element);
    });
    await fetch(target, { mode: 'no-cors' }).catch(() => {});
    await fetch(target, { credentials: 'include' }).catch(() => {});
    await settled(Object.assign(new Image(), { src: target }));
    await settled(Object.assign(document.createElement('iframe'), { src: target }));
    await settled(Object.assign(document.createElement('script'), { src: target }));
    await settled(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: target }));
    const form = Object.assign(document.createElement('form'), { method: 'post', action: target, target: 'target' });
    document.body.append(form);
    const posted = new Promise((resolve) => (document.querySelector('[name=target]').onload = resolve));
    form.submit();
    await posted;
  })()`);
  expect([...asked].sort()).toEqual([
    'GET document',
    'GET fetch',
    'GET image',
    'GET script',
    'GET stylesheet',
    'POST document',
  ]);
  expect(judged).toBe(0);

  const shown = tab.goto(target);
  await (await listener.arrival).finish({ kind: 'connected', shops: [] });
  expect((await shown)?.status()).toBe(200);
});

const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** Starts a simulated TikTok Shop. `begin` is the link at which a seller begins. */
async function simulated(scenario: Scenario = 'approve') {
  const grantedScopes = ['seller.order.info', 'seller.product.basic', 'seller.a.scope.without.a.published.name'];
  const simulator = await startSimulator({ redirectUrl, shops, grantedScopes, scenario });
  onTestFinished(() => simulator.close());
  const { origin, app } = simulator;
  return { origin, begin: `${origin}/open/authorize?service_id=${app.serviceId}&state=s` };
}

const continueAs = (tab: Page): Promise<void> => tab.getByRole('button', { name: /^Continue as / }).click();

test('the simulator’s sign-in page is accessible in every appearance', async () => {
  const { begin } = await simulated();
  await examine('simulator-sign-in', async (tab) => {
    await tab.goto(begin);
  });
});

test('the simulator’s consent page is accessible in every appearance', async () => {
  const { begin } = await simulated();
  await examine('simulator-consent', async (tab) => {
    await tab.goto(begin);
    await continueAs(tab);
    await tab.getByRole('button', { name: 'Approve' }).waitFor();
  });
});

test.each(['draft-app', 'no-permission'] as const)(
  'the simulator’s page for %s is accessible in every appearance',
  async (scenario) => {
    const { begin } = await simulated(scenario);
    await examine(`simulator-${scenario}`, async (tab) => {
      await tab.goto(begin);
    });
  },
);

test.each([
  ['unknown-service', '/open/authorize?service_id=7000000000000000000&state=s'],
  ['no-longer-valid', '/simulator/consent?ticket=of-another-time'],
])('the simulator’s page for %s is accessible in every appearance', async (name, address) => {
  const { origin } = await simulated();
  await examine(`simulator-${name}`, async (tab) => {
    await tab.goto(origin + address);
  });
});

test('a seller can approve with only the keyboard', async () => {
  const { begin } = await simulated();
  const { tab } = await open();
  await tab.goto(begin);
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  await tab.getByRole('button', { name: 'Approve' }).waitFor();
  await tab.keyboard.press('Tab');
  expect(await tab.evaluate('document.activeElement.innerText')).toBe('Approve');
  expect(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  const left = tab.waitForRequest((request) => request.url().startsWith(redirectUrl));
  await tab.route(`${redirectUrl}**`, (route) => route.abort());
  await tab.keyboard.press('Enter');
  expect(new URL((await left).url()).searchParams.get('code')).toMatch(/^ROW_|^TTP_/);
});
