import { describe, expect, test } from 'vitest';
import { ask, authorizationAddress, authorize, redirectUrl, start } from './client.ts';

const form = (fields: Record<string, string>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) });

function ticketIn(page: string): string {
  return /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

describe('during an authorization,', () => {
  test('signing in leads to the consent page, which shows that it is simulated and what the app requests', async () => {
    const simulator = await start({ shops: [{ name: 'Maple & <Thread>', region: 'DE' }] });
    const signIn = await ask(authorizationAddress(simulator));
    const entered = await ask(`${simulator.origin}/simulator/sign-in`, form({ ticket: ticketIn(signIn.text) }));
    expect(entered.status).toBe(303);
    const { text: consent } = await ask(simulator.origin + (entered.headers.get('location') ?? ''));

    for (const page of [signIn.text, consent]) {
      expect(page).toContain('This is a simulated TikTok Shop, part of ottokit-tiktok.');
      expect(page).toContain('No real account is involved.');
      expect(page).not.toContain('<Thread>');
      expect(page).not.toMatch(/<script|src=|@import|https?:\/\/(?!api\.ottokit)/);
      expect(page).not.toContain('type="password"');
    }
    expect(consent).toContain('Maple &amp; &lt;Thread&gt;');
    expect(consent).toContain('DE');
    expect(consent).toContain('Order Information');
    expect(consent).toContain('seller.fulfillment.basic');
    expect(consent).toContain(simulator.app.appKey);
    expect(consent).not.toContain(simulator.app.appSecret);
    expect(consent).toMatch(/>\s*Approve\s*</);
    expect(consent).toMatch(/>\s*Deny\s*</);
    expect(simulator.unexpected).toEqual([]);
  });

  test('a page’s policy allows only its own style, and forms that lead back to the program', async () => {
    const simulator = await start({ redirectUrl: 'http://127.0.0.1:8717/callback' });
    const { headers, text } = await ask(authorizationAddress(simulator));
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64');
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'self' http://127.0.0.1:8717 http://127.0.0.1:* http://localhost:*",
      "frame-ancestors 'none'",
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('an approval redirects with App Key, code, locale, region and state', async () => {
    const simulator = await start();
    const { status, redirectedTo } = await simulator.approveAsSeller(authorizationAddress(simulator, 'a b&c=ü'));
    expect(status).toBe(302);
    expect(redirectedTo?.startsWith(`${redirectUrl}?`)).toBe(true);
    expect(Object.fromEntries(new URL(redirectedTo ?? '').searchParams)).toEqual({
      app_key: simulator.app.appKey,
      code: simulator.issued.codes[0],
      locale: 'en',
      shop_region: 'GB',
      state: 'a b&c=ü',
    });
    expect(simulator.issued.codes[0]).toMatch(/^ROW_[\w-]{128}$/);
    expect(simulator.signInPageVisits).toBe(1);
  });

  test('a US shop’s code and cipher begin with TTP_', async () => {
    const simulator = await start({ shops: [{ region: 'US' }] });
    const came = await authorize(simulator);
    expect(came.get('code')).toMatch(/^TTP_/);
    expect(came.get('shop_region')).toBe('US');
    expect(simulator.shops[0]?.cipher).toMatch(/^TTP_[\w-]{32}$/);
  });

  test('if the link has no state, the redirect has none', async () => {
    const simulator = await start();
    const address = `${simulator.origin}/open/authorize?service_id=${simulator.app.serviceId}`;
    const { redirectedTo } = await simulator.approveAsSeller(address);
    expect(new URL(redirectedTo ?? '').searchParams.has('state')).toBe(false);
  });

  test('the Redirect URL keeps its query', async () => {
    const simulator = await start({ redirectUrl: 'https://example.com/back?tenant=7' });
    const { redirectedTo } = await simulator.approveAsSeller(authorizationAddress(simulator));
    expect(redirectedTo).toMatch(/^https:\/\/example\.com\/back\?tenant=7&app_key=/);
  });

  test.each([
    ['an unknown Service ID', { service_id: '7000000000000000000' }],
    ['no Service ID', {}],
  ])('%s gets a page and no redirect', async (_, query: Record<string, string>) => {
    const simulator = await start();
    const address = `${simulator.origin}/open/authorize?${new URLSearchParams({ ...query, state: 's' }).toString()}`;
    const { text, headers } = await ask(address);
    expect(text).toContain('<h1>This service does not exist</h1>');
    expect(headers.get('location')).toBeNull();
    expect(await simulator.approveAsSeller(address)).toEqual({ status: 200, redirectedTo: null });
    expect(simulator.issued.codes).toEqual([]);
    expect(simulator.signInPageVisits).toBe(0);
  });

  test('a redirect_uri in the link is ignored', async () => {
    const simulator = await start();
    const stray = `${authorizationAddress(simulator)}&redirect_uri=https%3A%2F%2Fevil.example`;
    const { redirectedTo } = await simulator.approveAsSeller(stray);
    expect(redirectedTo?.startsWith(redirectUrl)).toBe(true);
  });

  test('a page works once, and consent requires signing in first', async () => {
    const simulator = await start();
    const decision = (ticket: string): Promise<{ status: number; text: string }> =>
      ask(`${simulator.origin}/simulator/consent`, form({ ticket, decision: 'approve' }));
    const ticket = ticketIn((await ask(authorizationAddress(simulator))).text);
    expect((await decision(ticket)).text).toContain('This page is no longer valid');
    await ask(`${simulator.origin}/simulator/sign-in`, form({ ticket }));
    expect((await decision(ticket)).status).toBe(302);
    expect((await decision(ticket)).text).toContain('This page is no longer valid');
    expect((await decision('made-up')).text).toContain('This page is no longer valid');
    expect(simulator.issued.codes).toHaveLength(1);
  });

  test('with autoApprove, a browser only has to follow redirects', async () => {
    const simulator = await start({ autoApprove: true });
    const { status, headers } = await ask(authorizationAddress(simulator));
    expect(status).toBe(302);
    expect(headers.get('location')).toContain(simulator.issued.codes[0]);
    simulator.setScenario('deny');
    const denied = await ask(authorizationAddress(simulator));
    expect(denied.headers.get('location')).toBe(`${redirectUrl}?code=null&error=auth_denied&state=st4te`);
  });
});
