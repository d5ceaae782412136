import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { page as render, type PageContent } from '../../src/listener/pages.ts';
import type { Scenario } from '../simulator/scenarios.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { chromiumPath, noChromium } from '../listener/chromium.ts';

/** Where the pictures of every page are left to be looked at. */
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

const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 360].map((width) => ({ scheme, width })));

/** Shows the page in each look, takes its picture, and holds it against axe's rules. */
async function examine(name: string, open: (tab: Page) => Promise<void>): Promise<void> {
  if (browser === undefined) throw new Error(noChromium);
  const tab = await browser.newPage();
  onTestFinished(() => tab.close());
  await open(tab);
  await tab.evaluate(axe.source);
  for (const { scheme, width } of looks) {
    await tab.setViewportSize({ width, height: 720 });
    await tab.emulateMedia({ colorScheme: scheme });
    await tab.screenshot({ path: `${pictures}/${name}-${scheme}-${String(width)}.png`, fullPage: true });
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await tab.evaluate(violations), `${scheme}, ${String(width)} px`).toEqual([]);
  }
}

/** In the page: what axe finds, each with the elements it is about. */
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

test.each(contents)('the listener’s page %s can be read by everybody, in every look', async (name, content) => {
  const { html, contentSecurityPolicy } = render(content);
  const server = createServer((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
    });
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  await examine(`listener-${name}`, async (tab) => {
    await tab.goto(`http://127.0.0.1:${String(port)}/callback?code=c&state=s`);
  });
});

const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

/** A simulated TikTok Shop with such shops, and the address at which a seller begins there. */
async function simulated(scenario: Scenario = 'approve') {
  const grantedScopes = ['seller.order.info', 'seller.product.basic', 'seller.a.scope.without.a.published.name'];
  const simulator = await startSimulator({ redirectUrl, shops, grantedScopes, scenario });
  onTestFinished(() => simulator.close());
  const { origin, app } = simulator;
  return { origin, begin: `${origin}/open/authorize?service_id=${app.serviceId}&state=s` };
}

const continueAs = (tab: Page): Promise<void> => tab.getByRole('button', { name: /^Continue as / }).click();

test('the simulator’s page to sign in can be read by everybody, in every look', async () => {
  const { begin } = await simulated();
  await examine('simulator-sign-in', async (tab) => {
    await tab.goto(begin);
  });
});

test('the simulator’s consent page can be read by everybody, in every look', async () => {
  const { begin } = await simulated();
  await examine('simulator-consent', async (tab) => {
    await tab.goto(begin);
    await continueAs(tab);
    await tab.getByRole('button', { name: 'Approve' }).waitFor();
  });
});

test.each(['draft-app', 'no-permission'] as const)(
  'the simulator’s page for %s can be read by everybody, in every look',
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
])('the simulator’s page for %s can be read by everybody, in every look', async (name, address) => {
  const { origin } = await simulated();
  await examine(`simulator-${name}`, async (tab) => {
    await tab.goto(origin + address);
  });
});

test('a seller can approve with the keyboard alone', async () => {
  if (browser === undefined) throw new Error(noChromium);
  const { begin } = await simulated();
  const tab = await browser.newPage();
  onTestFinished(() => tab.close());
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
