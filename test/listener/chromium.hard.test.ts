import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { page as render, type PageContent } from '../../src/listener/pages.ts';
import { chromiumPath, noChromium } from './chromium.ts';
import { judge, start, trueTarget } from './probe.ts';

let browser: Browser | undefined;

beforeAll(async () => {
  if (chromiumPath !== undefined)
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
});

beforeEach((context) => {
  context.skip(browser === undefined, noChromium);
});

afterAll(() => browser?.close());

/** A page of its own, and what its console complained about. */
async function open(options: BrowserContextOptions = {}): Promise<{ tab: Page; complaints: string[] }> {
  if (browser === undefined) throw new Error(noChromium);
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on('console', (message) => complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(error.message));
  return { tab, complaints };
}

/** Another site, on a port of its own. */
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
  'after a %s of the consent page the result shows, and code and state leave the address bar',
  async (by) => {
    const { listener, port } = await start();
    const target = `http://127.0.0.1:${String(port)}${trueTarget}`;
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
    const { verdict, finish } = await listener.next();
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

test('the page is there without script too', async () => {
  const { listener, port } = await start();
  const { tab } = await open({ javaScriptEnabled: false });
  const shown = tab.goto(`http://localhost:${String(port)}${trueTarget}`);
  await (await listener.next()).finish({ kind: 'denied' });
  await shown;
  expect(await tab.locator('h1').innerText()).toBe('The app was not authorized');
});

test('a page of another site that knows the whole address cannot use it up: by fetch, image, frame, style or form', async () => {
  let judged = 0;
  const { listener, port } = await start({
    judge: (query) => {
      judged++;
      return judge(query);
    },
  });
  const target = `http://127.0.0.1:${String(port)}${trueTarget}`;
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
  await (await listener.next()).finish({ kind: 'connected', shops: [] });
  expect((await shown)?.status()).toBe(200);
});

const contents: readonly PageContent[] = [
  {
    kind: 'connected',
    shops: [
      { name: 'Blue Lamp', region: 'US' },
      { name: 'متجر المصباح الأزرق', region: 'SA' },
      { name: 'Onewordthatneverseemstocometoanendwhateverthewidthofthewindow', region: 'GB' },
    ],
  },
  { kind: 'denied' },
  {
    kind: 'failed',
    message: `TikTok Shop said “${'x'.repeat(200)}”.`,
    fix: 'Run `ottokit-tiktok connect --restart` again.',
  },
  { kind: 'refused', why: 'The state in this address is not the one of this login.' },
  { kind: 'used' },
  { kind: 'waiting-ended' },
  { kind: 'not-here' },
];

/** In the page: each text's contrast with what is behind it (WCAG 2.2 §1.4.3), the smallest of them. */
const smallestContrast = `(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : backgroundColor;
  };
  return Math.min(...[...document.querySelectorAll('h1,p,bdi,code,svg')].map((element) => {
    const [a, b] = [getComputedStyle(element).color, behind(element)].map(light).sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  }));
})()`;

test.each(contents)('the page $kind is readable in light and dark, wide and on a telephone', async (content) => {
  const { html, contentSecurityPolicy } = render(content);
  const grounds = new Set<unknown>();
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [360, 1280]) {
      const { tab, complaints } = await open({ colorScheme, viewport: { width, height: 640 } });
      await tab.route('**', (route) =>
        route.fulfill({
          body: html,
          headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy },
        }),
      );
      await tab.goto('http://127.0.0.1:8717/callback?code=x&state=y');
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await tab.evaluate(smallestContrast)).toBeGreaterThanOrEqual(4.5);
      expect(await tab.evaluate("document.querySelector('svg').getBoundingClientRect().width")).toBe(48);
      expect(await tab.evaluate('location.href')).toBe('http://127.0.0.1:8717/callback');
      expect(complaints).toEqual([]);
      grounds.add(await tab.evaluate('getComputedStyle(document.body).backgroundColor'));
    }
  expect(grounds.size).toBe(2);
});
