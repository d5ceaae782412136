import { createHash } from 'node:crypto';
import type { Reply } from './answers.ts';
import { html, Markup } from './markup.ts';
import { pageStyle } from './page-style.ts';
import type { World } from './world.ts';

/** The seller signs in with a button: there is no account, so no password is asked for. */
export function signInPage(world: World, ticket: string): Reply {
  const content = html`<h1>Sign in to the simulated Seller Center</h1>
    <p>You are about to connect an app to a shop that does not exist.</p>
    <p class="soft">There is no account behind this page, so you need no password.</p>
    <form method="post" action="/simulator/sign-in">
      <input type="hidden" name="ticket" value="${ticket}" />
      <button class="main">Continue as ${world.seller.name}</button>
    </form>`;
  return page(world, 'Sign in', content);
}

/** The seller sees which app asks for what, and decides. */
export function consentPage(world: World, ticket: string): Reply {
  const { app, redirectUrl, shops, scopes } = world;
  const content = html`<h1>Let this app use your shop?</h1>
    <p class="soft">Signed in as ${world.seller.name}</p>
    <h2 id="app">The app</h2>
    <dl aria-labelledby="app">
      <div class="row">
        <dt>App Key</dt>
        <dd><code>${app.appKey}</code></dd>
      </div>
      <div class="row">
        <dt>Service ID</dt>
        <dd><code>${app.serviceId}</code></dd>
      </div>
    </dl>
    <h2 id="shops">Shops</h2>
    <ul aria-labelledby="shops">
      ${shops.map(({ name, region }) => html`<li><span>${name}</span><span class="soft">${region}</span></li>`)}
    </ul>
    <h2 id="scopes">It will be allowed to use</h2>
    <ul aria-labelledby="scopes">
      ${scopes.map(scopeItem)}
    </ul>
    <form method="post" action="/simulator/consent">
      <input type="hidden" name="ticket" value="${ticket}" />
      <button class="main" name="decision" value="approve">Approve</button>
      <button name="decision" value="deny">Deny</button>
    </form>
    <p class="soft">Either way you are sent to <code>${redirectUrl}</code></p>`;
  return page(world, 'Authorize the app', content);
}

/** As Manage API names them. */
const scopeNames: Readonly<Record<string, string>> = {
  'seller.order.info': 'Order Information',
  'seller.product.basic': 'Product Basic',
  'seller.product.write': 'Product Modify',
  'seller.fulfillment.basic': 'Fulfillment Basic',
  'seller.authorization.info': 'Shop Authorized Information',
};

function scopeItem(key: string): Markup {
  const name = scopeNames[key];
  return name === undefined
    ? html`<li><span class="scope">${key}</span></li>`
    : html`<li><span class="scope">${name}</span><code>${key}</code></li>`;
}

/** An error that stays in the browser: TikTok Shop doesn't redirect. */
export function errorPage(world: World, title: string, text: string): Reply {
  return page(
    world,
    title,
    html`<h1>${title}</h1>
      <p>${text}</p>`,
  );
}

// Separate from the page, so that its text is exactly what the policy's hash is computed from.
const styleElement = new Markup(`<style>${pageStyle}</style>`);

function page(world: World, title: string, content: Markup): Reply {
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · simulated TikTok Shop</title>
        ${styleElement}
      </head>
      <body>
        <header class="notice">
          <strong>This is a simulated TikTok Shop, part of ottokit-tiktok.</strong>
          It runs only on this computer. No real account is involved.
        </header>
        <main>${content}</main>
      </body>
    </html>`;
  return { status: 200, headers: pageHeaders(world.redirectUrl), body: text };
}

/**
 * Forms may lead to the Redirect URL and to any port of this computer: a browser applies `form-action` to every redirect
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
