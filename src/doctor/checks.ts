import type { Check } from './check.ts';
import { app } from './checks/app.ts';
import { browser } from './checks/browser.ts';
import { clock } from './checks/clock.ts';
import { credentials } from './checks/credentials.ts';
import { key } from './checks/key.ts';
import { network } from './checks/network.ts';
import { node } from './checks/node.ts';
import { ottokit } from './checks/ottokit.ts';
import { permissions } from './checks/permissions.ts';
import { port } from './checks/port.ts';
import { redirect } from './checks/redirect.ts';
import { scopes } from './checks/scopes.ts';
import { shops } from './checks/shops.ts';
import { store } from './checks/store.ts';
import { token } from './checks/token.ts';
import { version } from './checks/version.ts';

/** Every check in display order: checks that others depend on come first. */
export const checks: readonly Check[] = [
  ...[node, version],
  ...[store, permissions, key],
  ...[credentials, redirect],
  ...[network, clock, port, browser],
  ...[app, token, shops, scopes],
  ottokit,
];

export const checkIds: readonly string[] = checks.map(({ id }) => id);
