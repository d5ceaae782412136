import { answerTo } from './routes.ts';
import { visitAsSeller, type SellerOutcome } from './seller.ts';
import { serve } from './server.ts';
import { createWorld, type App } from './world.ts';

export interface Simulator {
  /** `http://127.0.0.1:PORT`, in place of TikTok Shop's `services`, `auth` and `open-api` hosts. */
  readonly origin: string;
  readonly app: App;
  /** How often the authorization address was opened and led to the sign-in page. */
  readonly consentPageVisits: number;
  /** Rejects when `signal` aborts. */
  approveAsSeller(authorizationUrl: string, signal?: AbortSignal): Promise<SellerOutcome>;
  close(): Promise<void>;
}

/** Starts a TikTok Shop with one shop and one app on 127.0.0.1. Rejects with the system's error if it can't listen. */
export async function startSimulator({ redirectUrl }: { redirectUrl: string }): Promise<Simulator> {
  const world = createWorld(redirectUrl);
  const { origin, close } = await serve({ port: 0, now: world.now, answerTo: (request) => answerTo(request, world) });
  return {
    origin,
    app: world.app,
    get consentPageVisits() {
      return world.visits.size;
    },
    approveAsSeller: (authorizationUrl, signal) => visitAsSeller(authorizationUrl, 'approve', origin, signal),
    close,
  };
}
