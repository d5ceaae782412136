import { createHash } from 'node:crypto';
import type { Reply } from './answers.ts';
import { html, Markup } from './markup.ts';
import { pageStyle } from './page-style.ts';
import { scopesToGrant, type World } from './world.ts';

/** Scopes as Manage API names them; a key without a published name stands for itself. */
const scopeNames: Readonly<Record<string, string>> = {
  'seller.order.info': 'Order Information',
  'seller.product.basic': 'Product Basic',
  'seller.product.write': 'Product Modify',
  'seller.fulfillment.basic': 'Fulfillment Basic',
  'seller.authorization.info': 'Shop Authorized Information',
};

/** The seller signs in: a button and no field, for there is no account whose password could be asked. */
export function signInPage(world: World, ticket: string): Reply {
  return page(
    world,
    'Sign in',
    html`<h1>Sign in to the simulated Seller Center</h1>
      <p>You are about to connect an app to a shop that does not exist.</p>
      <p class="soft">No password is asked: there is no account behind this page.</p>
      <form method="post" action="/simulator/sign-in">
        <input type="hidden" name="ticket" value="${ticket}" />
        <button class="main">Continue as ${world.seller.name}</button>
      </form>`,
  );
}

/** The seller sees who asks for what, and decides. */
export function consentPage(world: World, ticket: string): Reply {
  const { app, redirectUrl, shops } = world;
  const shopRows = shops.map(
    ({ name, region }) => html`<li><span>${name}</span><span class="soft">${region}</span></li>`,
  );
  const scopeRows = scopesToGrant(world).map((key) => {
    const name = scopeNames[key];
    return html`<li>
      <span class="scope">${name ?? key}</span>${name === undefined ? '' : html`<code>${key}</code>`}
    </li>`;
  });
  return page(
    world,
    'Authorize the app',
    html`<h1>Let this app use your shop?</h1>
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
        ${shopRows}
      </ul>
      <h2 id="scopes">It will be allowed to use</h2>
      <ul aria-labelledby="scopes">
        ${scopeRows}
      </ul>
      <form method="post" action="/simulator/consent">
        <input type="hidden" name="ticket" value="${ticket}" />
        <button class="main" name="decision" value="approve">Approve</button>
        <button name="decision" value="deny">Deny</button>
      </form>
      <p class="soft">Either way you are sent to <code>${redirectUrl}</code></p>`,
  );
}

/** What TikTok Shop shows in the browser alone, with no redirect. */
export function dead(world: World, title: string, text: string): Reply {
  return page(
    world,
    title,
    html`<h1>${title}</h1>
      <p>${text}</p>`,
  );
}

// Made apart from the page, so that its text is to the letter what the policy's hash was taken of.
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
          It runs on this computer alone. No real account is involved.
        </header>
        <main>${content}</main>
      </body>
    </html>`;
  return { status: 200, headers: pageHeaders(world.redirectUrl), body: text };
}

/**
 * The forms may lead to the Redirect URL and to any port of this computer: a browser holds `form-action` against every
 * redirect that follows a form, and the one to the Redirect URL may be answered with another.
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
