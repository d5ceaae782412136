import type { ErrorCode } from '../../src/ground/errors.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import type { Scenario } from '../simulator/scenarios.ts';

/** How a first `connect` ends in a scenario. */
export interface Ending {
  /** Omitted if the shop gets connected. */
  readonly code?: ErrorCode;
  /** What the output must say. */
  readonly reported: RegExp;
  /** The error includes TikTok Shop's request id. */
  readonly requestId?: true;
  /** What the connection's JSON must contain. */
  readonly connection?: object;
  /** The exchange worked, so tokens are stored although the profile isn't connected. */
  readonly tokens?: true;
  /** Only the browser shows the problem, so the run lasts until its time limit. */
  readonly inBrowser?: true;
}

const allIds = neededScopes.map(({ id }) => id);
const complete = { granted: allIds, missing: [], pending: [], unknown: [] };

/** Taken from TikTok Shop's documentation and the program's contract, not from the program's behavior. */
export const endings: Readonly<Record<Scenario, Ending>> = {
  approve: { reported: /recognizes/, connection: { scopes: complete } },
  deny: { code: 'authorization-denied', reported: /declined.*auth_denied/ },
  'wrong-state': { code: 'authorization-timeout', reported: /[Tt]urned away.*state/, inBrowser: true },
  'no-state': { code: 'authorization-timeout', reported: /[Tt]urned away.*no state/, inBrowser: true },
  'other-app-key': { code: 'app-key-mismatch', reported: /another app/ },
  'draft-app': {
    code: 'authorization-timeout',
    reported: /Not available in your shop’s region.*draft/,
    inBrowser: true,
  },
  'no-permission': { code: 'authorization-timeout', reported: /No permission.*onboarding/, inBrowser: true },
  'expired-code': { code: 'authorization-code-invalid', reported: /older than 30 minutes.*36004004/, requestId: true },
  'used-code': { code: 'authorization-code-invalid', reported: /used before.*36004004/, requestId: true },
  'wrong-secret': {
    code: 'app-secret-mismatch',
    reported: /App Secret doesn’t belong to this App Key.*106001/,
    requestId: true,
    tokens: true,
  },
  'wrong-app-key': { code: 'app-key-invalid', reported: /didn’t accept the App Key.*36004201/, requestId: true },
  'missing-scope': {
    reported: /430276/,
    connection: { scopes: { ...complete, granted: allIds.slice(1), missing: ['430276'] } },
  },
  'no-shop-scope': { reported: /recognizes/, connection: { shops: [] } },
  'no-scope-list': {
    reported: /recognizes/,
    connection: { scopes: { granted: [], missing: [], pending: [], unknown: allIds } },
  },
  'clock-skew': { code: 'clock-wrong', reported: /clock.*timestamp/, requestId: true, tokens: true },
  'rate-limit': { code: 'rate-limited', reported: /30 seconds/, requestId: true, tokens: true },
  'bad-gateway': { code: 'answer-unreadable', reported: /502.*web page/ },
  'empty-shops': { code: 'no-shops', reported: /no shop/, requestId: true, tokens: true },
  creator: { code: 'wrong-account-type', reported: /creator account/, requestId: true },
  'hundred-years': { reported: /recognizes/, connection: { refreshTokenExpiresAt: null } },
  'relative-expiry': { reported: /recognizes/, connection: { scopes: complete } },
  slow: { reported: /recognizes/, connection: { scopes: complete } },
  down: { code: 'network-failed', reported: /gave no answer/ },
  'ip-not-allowed': { code: 'ip-not-allowed', reported: /IP allow list.*36009033/, requestId: true },
  revoked: { code: 'access-token-invalid', reported: /revoked.*105001/, requestId: true, tokens: true },
  // 105002 means that the token must be refreshed, which the program can do itself.
  'expired-token': { reported: /recognizes/, connection: { scopes: complete } },
  // Only refreshes are refused, and a new token needs none.
  'expired-refresh-token': { reported: /recognizes/, connection: { scopes: complete } },
  'seller-inactive': { code: 'seller-inactive', reported: /onboarding.*105004/, requestId: true },
  'vendor-error': { code: 'vendor-error', reported: /internal error.*36009003/, requestId: true, tokens: true },
};

/** How `token` ends if a connected profile's access token is due for a refresh; `code` is null if it succeeds. */
export const refreshEndings: readonly (readonly [Scenario, { code: ErrorCode | null; requestId: boolean }])[] = [
  ['approve', { code: null, requestId: false }],
  ['slow', { code: null, requestId: false }],
  ['expired-token', { code: null, requestId: false }],
  ['revoked', { code: 'refresh-token-unknown', requestId: true }],
  ['expired-refresh-token', { code: 'refresh-token-expired', requestId: true }],
  ['wrong-app-key', { code: 'app-key-invalid', requestId: true }],
  ['ip-not-allowed', { code: 'ip-not-allowed', requestId: true }],
  ['seller-inactive', { code: 'seller-inactive', requestId: true }],
  ['bad-gateway', { code: 'answer-unreadable', requestId: false }],
  ['down', { code: 'network-failed', requestId: false }],
];
