import {
  createInventor,
  demoScopes,
  type App,
  type Inventor,
  type Shop,
  type World,
} from '../../src/simulator/world.ts';
import { createLedger, type LastingLedger } from './ledger.ts';
import type { Scenario } from './scenarios.ts';

export interface WorldOptions {
  /** Generated if omitted. */
  readonly app?: App;
  /** The Redirect URL stored on the app. */
  readonly redirectUrl: string;
  /** The other values of each shop are generated; one British shop if omitted. */
  readonly shops?: readonly Partial<Shop>[];
  /** The scopes' keys, spelled as in `granted_scopes`. */
  readonly grantedScopes?: readonly string[];
  readonly now?: () => number;
  /** Seconds; 7 days if omitted. */
  readonly accessTokenLifetime?: number;
}

export interface SwitchedWorld extends World {
  readonly ledger: LastingLedger;
  readonly scenario: () => Scenario;
}

const clockSkewMs = 10 * 60_000;
/** The scope that a scenario doesn't grant. */
const withheld: Partial<Record<Scenario, string>> = {
  'missing-scope': 'seller.order.info',
  'no-shop-scope': 'seller.authorization.info',
};

/** A US shop's values begin with `TTP_`, those of every other market with `ROW_`. */
const inventorFor = (region: string): Inventor => createInventor(region === 'US' ? 'TTP_' : 'ROW_');

/** Creates the simulator's world with a test's values. Clock, scopes and ledger follow the current scenario. */
export function createWorld(options: WorldOptions, scenario: () => Scenario): SwitchedWorld {
  const shops = (options.shops ?? [{}]).map((shop) => {
    const { region = 'GB' } = shop;
    return { ...inventorFor(region).shop(region), ...shop };
  });
  const seller = { name: shops[0]?.name ?? 'Demo Seller', region: shops[0]?.region ?? 'GB' };
  const now = (): number => (options.now ?? Date.now)() + (scenario() === 'clock-skew' ? clockSkewMs : 0);
  const scopes = (): readonly string[] =>
    (options.grantedScopes ?? demoScopes).filter((key) => key !== withheld[scenario()]);
  const { accessTokenLifetime = 7 * 86_400 } = options;
  const invent = inventorFor(seller.region);
  return {
    app: options.app ?? invent.app(),
    redirectUrl: options.redirectUrl,
    ...{ seller, shops, invent, now, scenario },
    get scopes() {
      return scopes();
    },
    visits: new Map(),
    requestId: () => invent.requestId(now()),
    ledger: createLedger({ invent, shops, scopes, now, accessTokenLifetime, scenario }),
  };
}
