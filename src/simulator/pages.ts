import { escapeHtml, htmlPage, pagePolicy } from '../ground/html.ts';
import { neededScopes, shopListScope } from '../scopes/catalog.ts';
import type { Reply } from './server.ts';
import type { World } from './world.ts';

export function signInPage(world: World, ticket: string): Reply {
  const content = `<h1>Sign in to the simulated Seller Center</h1>
<p>You are about to connect an app to a shop that does not exist. There is no account behind this page, so you need no password.</p>
<form method="post" action="/simulator/sign-in">
<input type="hidden" name="ticket" value="${escapeHtml(ticket)}">
<button class="first">Continue as ${escapeHtml(world.seller.name)}</button>
</form>`;
  return page(world, 'Sign in', content);
}

export function consentPage(world: World, ticket: string): Reply {
  const { app, redirectUrl, shops, scopes, seller } = world;
  const content = `<h1>Let this app use your shop?</h1>
<p>Signed in as ${escapeHtml(seller.name)}</p>
<h2>The app</h2>
${list([codeRow('App Key', app.appKey), codeRow('Service ID', app.serviceId)])}
<h2>Shops</h2>
${list(shops.map(({ name, region }) => `${escapeHtml(name)} <span>${escapeHtml(region)}</span>`))}
<h2>It will be allowed to use</h2>
${list(scopes.map((key) => codeRow(scopeName(key), key)))}
<form method="post" action="/simulator/consent">
<input type="hidden" name="ticket" value="${escapeHtml(ticket)}">
<button class="first" name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>
<p>Either way, you’ll be sent to <code>${escapeHtml(redirectUrl)}</code></p>`;
  return page(world, 'Authorize the app', content);
}

const list = (rows: readonly string[]): string => `<ul role="list"><li>${rows.join('</li><li>')}</li></ul>`;

const codeRow = (name: string, value: string): string => `${escapeHtml(name)} <code>${escapeHtml(value)}</code>`;

const scopeName = (key: string): string =>
  [...neededScopes, shopListScope].find((scope) => scope.key === key)?.name ?? key;

/** TikTok Shop doesn't redirect after such an error. */
export const errorPage = (world: World, title: string, text: string): Reply =>
  page(world, title, `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(text)}</p>`);

function page({ redirectUrl }: World, title: string, content: string): Reply {
  const notice = `<p class="notice"><strong>This is a simulated TikTok Shop, part of ottokit-tiktok.</strong>
It runs only on this computer. No real account is involved.</p>`;
  // Browsers apply `form-action` to every redirect that follows a form, and the Redirect URL may redirect again.
  const formAction = `'self' ${new URL(redirectUrl).origin} http://127.0.0.1:* http://localhost:*`;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy({ formAction }),
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    },
    body: htmlPage({
      title: `${escapeHtml(title)} · simulated TikTok Shop`,
      body: `<main>\n${notice}\n${content}\n</main>`,
    }),
  };
}
