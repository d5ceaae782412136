import { createHash } from 'node:crypto';
import { escapeHtml } from '../ground/escape-html.ts';
import { neededScopes, shopListScope } from '../scopes/catalog.ts';
import type { Reply } from './answers.ts';
import { pageStyle } from './page-style.ts';
import type { World } from './world.ts';

/** The seller signs in with a button. There is no account, so no password is needed. */
export function signInPage(world: World, ticket: string): Reply {
  const content = `<h1>Sign in to the simulated Seller Center</h1>
<p>You are about to connect an app to a shop that does not exist.</p>
<p class="soft">There is no account behind this page, so you need no password.</p>
<form method="post" action="/simulator/sign-in">
<input type="hidden" name="ticket" value="${escapeHtml(ticket)}">
<button class="main">Continue as ${escapeHtml(world.seller.name)}</button>
</form>`;
  return page(world, 'Sign in', content);
}

/** The seller sees which app requests what, and decides. */
export function consentPage(world: World, ticket: string): Reply {
  const { app, redirectUrl, shops, scopes, seller } = world;
  const content = `<h1>Let this app use your shop?</h1>
<p class="soft">Signed in as ${escapeHtml(seller.name)}</p>
<h2 id="app">The app</h2>
<dl aria-labelledby="app">
<div class="row"><dt>App Key</dt><dd><code>${escapeHtml(app.appKey)}</code></dd></div>
<div class="row"><dt>Service ID</dt><dd><code>${escapeHtml(app.serviceId)}</code></dd></div>
</dl>
<h2 id="shops">Shops</h2>
<ul aria-labelledby="shops">
${shops.map(({ name, region }) => `<li><span>${escapeHtml(name)}</span><span class="soft">${escapeHtml(region)}</span></li>`).join('\n')}
</ul>
<h2 id="scopes">It will be allowed to use</h2>
<ul aria-labelledby="scopes">
${scopes.map(scopeItem).join('\n')}
</ul>
<form method="post" action="/simulator/consent">
<input type="hidden" name="ticket" value="${escapeHtml(ticket)}">
<button class="main" name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>
<p class="soft">Either way you are sent to <code>${escapeHtml(redirectUrl)}</code></p>`;
  return page(world, 'Authorize the app', content);
}

/** The names in Manage API. */
function scopeItem(key: string): string {
  const name = [...neededScopes, shopListScope].find((scope) => scope.key === key)?.name ?? key;
  return `<li><span class="scope">${escapeHtml(name)}</span><code>${escapeHtml(key)}</code></li>`;
}

/** An error that only the browser shows: TikTok Shop doesn't redirect. */
export function errorPage(world: World, title: string, text: string): Reply {
  return page(world, title, `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(text)}</p>`);
}

function page({ redirectUrl }: World, title: string, content: string): Reply {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · simulated TikTok Shop</title>
<style>${pageStyle}</style>
</head>
<body>
<header class="notice">
<strong>This is a simulated TikTok Shop, part of ottokit-tiktok.</strong>
It runs only on this computer. No real account is involved.
</header>
<main>${content}</main>
</body>
</html>
`;
  return { status: 200, headers: pageHeaders(redirectUrl), body };
}

/**
 * Forms may lead to the Redirect URL and to any port of this computer: browsers apply `form-action` to every redirect
 * that follows a form, and the Redirect URL may redirect again.
 */
function pageHeaders(redirectUrl: string): Record<string, string> {
  const styleHash = createHash('sha256').update(pageStyle).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action 'self' ${new URL(redirectUrl).origin} http://127.0.0.1:* http://localhost:*`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  };
}
