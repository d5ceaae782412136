import { redirect, refuse, type Reply } from './answers.ts';
import { consentPage, dead, signInPage } from './pages.ts';
import { unknownParameter, type Received } from './received.ts';
import type { Visit, World } from './world.ts';

const known = ['service_id', 'state', 'is_draft'];

/**
 * `GET /open/authorize?service_id&state`. The Redirect URL is the one stored on the app: a `redirect_uri` is not a
 * parameter of TikTok Shop's, so it is ignored, like any other, and noted.
 */
export function openAuthorization(request: Received, world: World): Reply {
  const stray = unknownParameter(request, known);
  const reply = authorization(request, world);
  return stray === undefined ? reply : { ...reply, note: `a parameter that TikTok Shop does not have: ${stray}` };
}

function authorization({ query }: Received, world: World): Reply {
  if (query.get('service_id') !== world.app.serviceId) {
    return dead(world, 'This service does not exist', 'The Service ID in the address is not that of a published app.');
  }
  const scenario = world.scenario();
  if (scenario === 'draft-app') return draft(query, world);
  if (scenario === 'no-permission') {
    return dead(world, 'No authorization permission for your account region', 'This account cannot authorize the app.');
  }
  world.visited();
  const visit = { state: query.get('state') ?? null, signedIn: false };
  if (world.rules.autoApprove) return leave(world, visit, scenario === 'deny' ? 'deny' : 'approve');
  const ticket = world.invent.ticket();
  world.visits.set(ticket, visit);
  return signInPage(world, ticket);
}

/** TikTok Shop was seen to put `is_draft=true` into the address. */
function draft(query: ReadonlyMap<string, string>, world: World): Reply {
  if (query.get('is_draft') === 'true') {
    return dead(world, "Not available in your shop's region", 'The app cannot be authorized from here.');
  }
  return redirect(302, `/open/authorize?${new URLSearchParams([...query, ['is_draft', 'true']]).toString()}`);
}

/** `POST /simulator/sign-in`: the button of the first page. */
export function signIn({ form }: Received, world: World): Reply {
  const ticket = form.get('ticket') ?? '';
  const visit = world.visits.get(ticket);
  if (visit === undefined) return stale(world);
  world.visits.set(ticket, { ...visit, signedIn: true });
  return redirect(303, `/simulator/consent?${new URLSearchParams({ ticket }).toString()}`);
}

/** `GET /simulator/consent?ticket`. */
export function showConsent({ query }: Received, world: World): Reply {
  const ticket = query.get('ticket') ?? '';
  return world.visits.get(ticket)?.signedIn === true ? consentPage(world, ticket) : stale(world);
}

/** `POST /simulator/consent`: Approve or Deny, once. */
export function decide({ form }: Received, world: World): Reply {
  const ticket = form.get('ticket') ?? '';
  const decision = form.get('decision');
  if (decision !== 'approve' && decision !== 'deny') return refuse('decision is neither approve nor deny');
  const visit = world.visits.get(ticket);
  if (visit?.signedIn !== true) return stale(world);
  world.visits.delete(ticket);
  return leave(world, visit, decision);
}

function stale(world: World): Reply {
  return dead(world, 'This page is no longer valid', 'Open the authorization address again.');
}

/** Sends the browser to the Redirect URL (TikTok Shop Partner Center docs, "Authorization overview"). */
function leave(world: World, visit: Visit, decision: 'approve' | 'deny'): Reply {
  const parameters = new URLSearchParams(decision === 'approve' ? approved(world) : denied);
  const state = stateToSend(world, visit);
  if (state !== null) parameters.set('state', state);
  const joint = world.redirectUrl.includes('?') ? '&' : '?';
  return redirect(302, world.redirectUrl + joint + parameters.toString());
}

/** The word `null`, as the documentation prints it. */
const denied = { code: 'null', error: 'auth_denied' };

function approved(world: World): Record<string, string> {
  return {
    app_key: world.scenario() === 'other-app-key' ? world.invent.appKey() : world.app.appKey,
    code: world.ledger.issueCode(),
    locale: 'en',
    shop_region: world.seller.region,
  };
}

function stateToSend(world: World, { state }: Visit): string | null {
  const scenario = world.scenario();
  if (scenario === 'no-state') return null;
  return scenario === 'wrong-state' ? world.invent.ticket() : state;
}
