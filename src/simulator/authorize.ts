import { escapeHtml, htmlPage, pagePolicy } from '../ground/html.ts';
import { neededScopes, shopListScope } from '../scopes/catalog.ts';
import { redirect, refuse, type Received, type Reply } from './server.ts';
import type { World } from './world.ts';

/** `GET /open/authorize?service_id&state`. Ignores `redirect_uri`, which TikTok Shop doesn't support. */
export function openAuthorization({ query }: Received, world: World): Reply {
  if (query.get('service_id') !== world.app.serviceId) {
    return errorPage(world, 'This service does not exist', 'No published app has the Service ID in the address.');
  }
  const ticket = world.invent.ticket();
  world.visits.set(ticket, { state: query.get('state'), stage: 'opened' });
  return signInPage(world, ticket);
}

/** `POST /simulator/sign-in` */
export function signIn({ body }: Received, world: World): Reply {
  const ticket = new URLSearchParams(body).get('ticket') ?? '';
  const visit = world.visits.get(ticket);
  if (visit === undefined) return expired(world);
  world.visits.set(ticket, { ...visit, stage: 'signed-in' });
  return redirect(303, `/simulator/consent?${new URLSearchParams({ ticket }).toString()}`);
}

/** `GET /simulator/consent?ticket` */
export function showConsent({ query }: Received, world: World): Reply {
  const ticket = query.get('ticket') ?? '';
  return world.visits.get(ticket)?.stage === 'signed-in' ? consentPage(world, ticket) : expired(world);
}

/** `POST /simulator/consent`: Approve or Deny, once. */
export function decide({ body }: Received, world: World): Reply {
  const form = new URLSearchParams(body);
  const [ticket, decision] = [form.get('ticket') ?? '', form.get('decision')];
  if (decision !== 'approve' && decision !== 'deny') return refuse('decision is neither approve nor deny');
  const visit = world.visits.get(ticket);
  if (visit?.stage !== 'signed-in') return expired(world);
  world.visits.set(ticket, { ...visit, stage: 'decided' });
  // According to the documentation, the code of a denial is the word `null`.
  const denied = { code: 'null', error: 'auth_denied' };
  return redirect(302, decision === 'approve' ? approve(world, visit.state) : backTo(world, denied, visit.state));
}

const expired = (world: World): Reply =>
  errorPage(world, 'This page is no longer valid', 'Open the authorization address again.');

export function approve(world: World, state: string | null): string {
  const { app, ledger, seller } = world;
  const approved = { app_key: app.appKey, code: ledger.issueCode(), locale: 'en', shop_region: seller.region };
  return backTo(world, approved, state);
}

/** Source: TikTok Shop Partner Center docs, "Authorization overview". */
function backTo({ redirectUrl }: World, answer: Record<string, string>, state: string | null): string {
  const query = new URLSearchParams({ ...answer, ...(state === null ? {} : { state }) });
  return `${redirectUrl}${redirectUrl.includes('?') ? '&' : '?'}${query.toString()}`;
}

function signInPage(world: World, ticket: string): Reply {
  const content = `<h1>Sign in to the simulated Seller Center</h1>
<p>You are about to connect an app to a shop that does not exist. There is no account behind this page, so you need no password.</p>
<form method="post" action="/simulator/sign-in">
<input type="hidden" name="ticket" value="${escapeHtml(ticket)}">
<button class="first">Continue as ${escapeHtml(world.seller.name)}</button>
</form>`;
  return page(world, 'Sign in', content);
}

function consentPage(world: World, ticket: string): Reply {
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
