import { consentPage, errorPage, signInPage } from './pages.ts';
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
