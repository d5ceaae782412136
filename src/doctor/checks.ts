import { checkIds, type Check, type CheckId } from './check.ts';
import { app } from './checks/app.ts';
import { browser } from './checks/browser.ts';
import { clock } from './checks/clock.ts';
import { credentials } from './checks/credentials.ts';
import { key } from './checks/key.ts';
import { network } from './checks/network.ts';
import { node } from './checks/node.ts';
import { permissions } from './checks/permissions.ts';
import { port } from './checks/port.ts';
import { redirect } from './checks/redirect.ts';
import { scopes } from './checks/scopes.ts';
import { shops } from './checks/shops.ts';
import { store } from './checks/store.ts';
import { token } from './checks/token.ts';
import { version } from './checks/version.ts';

const byId: Readonly<Record<CheckId, Check>> = {
  node,
  version,
  store,
  permissions,
  key,
  credentials,
  redirect,
  network,
  clock,
  port,
  browser,
  app,
  token,
  shops,
  scopes,
};

/** Every check, in the order in which they are shown. */
export const checks: readonly Check[] = checkIds.map((id) => byId[id]);
