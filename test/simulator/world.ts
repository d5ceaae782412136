import { createInventor, type Random } from '../../src/simulator/invent.ts';
import { createLedger } from '../../src/simulator/ledger.ts';
import { demoScopes, inventShop, prefixOf, week, type App, type Shop, type World } from '../../src/simulator/world.ts';
import { recordedLedger, type Issued } from './recorded-ledger.ts';
import type { Scenario } from './scenarios.ts';

export interface WorldOptions {
  /** Made up if omitted. */
  readonly app?: App;
  /** The one stored on the app. */
  readonly redirectUrl: string;
  /** The rest of each shop is made up; one British shop if omitted. */
  readonly shops?: readonly Partial<Shop>[];
  /** Keys as `granted_scopes` spells them. */
  readonly grantedScopes?: readonly string[];
  readonly now?: () => number;
  readonly random?: Random;
  /** Seconds; 7 days if omitted. */
  readonly accessTokenLifetime?: number;
}

export interface SwitchedWorld extends World {
  readonly issued: Issued;
  readonly expireAccessTokens: () => void;
  /** The seller revokes every authorization given so far. */
  readonly revoke: () => void;
}

const clockSkewMs = 10 * 60_000;
/** The scope that a scenario doesn't grant. */
const withheld: Partial<Record<Scenario, string>> = {
  'missing-scope': 'seller.order.info',
  'no-shop-scope': 'seller.authorization.info',
};

/** The simulator's world with a test's values; clock, scopes and ledger follow the scenario of the moment. */
export function createWorld(options: WorldOptions, scenario: () => Scenario): SwitchedWorld {
  const invent = createInventor(options.random);
  const shops = (options.shops ?? [{}]).map((shop) => {
    const { name = 'Demo Shop', region = 'GB' } = shop;
    return { ...inventShop(invent, { name, region }), ...shop };
  });
  const seller = { name: shops[0]?.name ?? 'Demo Seller', region: shops[0]?.region ?? 'GB' };
  const scopes = options.grantedScopes ?? demoScopes;
  const now = (): number => (options.now ?? Date.now)() + (scenario() === 'clock-skew' ? clockSkewMs : 0);
  const ciphers = shops.map(({ cipher }) => cipher);
  const accessTokenLifetime = options.accessTokenLifetime ?? week;
  const ledger = createLedger({ invent, prefix: prefixOf(seller.region), ciphers, now, accessTokenLifetime });
  return {
    app: options.app ?? { appKey: invent.appKey(), appSecret: invent.appSecret(), serviceId: invent.longId() },
    redirectUrl: options.redirectUrl,
    ...{ seller, shops, invent, now },
    get scopes() {
      return scopes.filter((key) => key !== withheld[scenario()]);
    },
    visits: new Map(),
    requestId: () => invent.requestId(now()),
    ...recordedLedger(ledger, ciphers, scenario),
  };
}
