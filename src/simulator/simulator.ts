import { answerTo } from './routes.ts';
import { approve } from './authorize.ts';
import { serve } from './server.ts';
import { createWorld, type App } from './world.ts';

export interface Simulator {
  /** `http://127.0.0.1:PORT`, instead of TikTok Shop's `services`, `auth` and `open-api` hosts. */
  readonly origin: string;
  readonly app: App;
  /** How often the authorization address led to the sign-in page. */
  readonly consentPageVisits: number;
  /** Approves without a browser. Returns the address that the seller's browser would be sent to. */
  approve(authorizationUrl: string): string;
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
    approve: (authorizationUrl) => approve(world, new URL(authorizationUrl).searchParams.get('state')),
    close,
  };
}
