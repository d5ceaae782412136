import type { ErrorCode } from '../../src/ground/errors.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import type { Scenario } from '../simulator/scenarios.ts';

/** How a first `connect` ends in a scenario. */
export interface Ending {
  /** If omitted, it ends connected. */
  readonly code?: ErrorCode;
  /** What the person must read, on stderr or in the error. */
  readonly told: RegExp;
  /** Whether TikTok Shop sent a request id with the decisive answer. */
  readonly requestId?: true;
  /** What the JSON of a connection must contain. */
  readonly connection?: object;
  /** The exchange worked, so tokens are stored although the profile isn't connected. */
  readonly tokens?: true;
  /** Only the browser shows the problem, so only the time limit ends the run. */
  readonly inBrowser?: true;
}

const allIds = neededScopes.map(({ id }) => id);
const complete = { granted: allIds, missing: [], pending: [], unknown: [] };

/** Taken from TikTok Shop's documentation and the program's contract, not from the program's behavior. */
export const endings: Readonly<Record<Scenario, Ending>> = {
  approve: { told: /recognizes/, connection: { scopes: complete } },
  deny: { code: 'authorization-denied', told: /declined.*auth_denied/ },
  'wrong-state': { code: 'authorization-timeout', told: /[Tt]urned away.*state/, inBrowser: true },
  'no-state': { code: 'authorization-timeout', told: /[Tt]urned away.*no state/, inBrowser: true },
  'other-app-key': { code: 'app-key-mismatch', told: /another app/ },
  'draft-app': { code: 'authorization-timeout', told: /Not available in your shop’s region.*draft/, inBrowser: true },
  'no-permission': { code: 'authorization-timeout', told: /No permission.*onboarding/, inBrowser: true },
  'expired-code': { code: 'authorization-code-invalid', told: /older than 30 minutes.*36004004/, requestId: true },
  'used-code': { code: 'authorization-code-invalid', told: /used before.*36004004/, requestId: true },
  'wrong-secret': {
    code: 'app-secret-mismatch',
    told: /App Secret doesn’t belong to this App Key.*106001/,
    requestId: true,
    tokens: true,
  },
  'wrong-app-key': { code: 'app-key-invalid', told: /didn’t accept the App Key.*36004201/, requestId: true },
  'missing-scope': {
    told: /430276/,
    connection: { scopes: { ...complete, granted: allIds.slice(1), missing: ['430276'] } },
  },
  'no-shop-scope': { told: /recognizes/, connection: { shops: [] } },
  'no-scope-list': {
    told: /recognizes/,
    connection: { scopes: { granted: [], missing: [], pending: [], unknown: allIds } },
  },
  'clock-skew': { code: 'clock-wrong', told: /clock.*timestamp/, requestId: true, tokens: true },
  'rate-limit': { code: 'rate-limited', told: /30 seconds/, requestId: true, tokens: true },
  'bad-gateway': { code: 'answer-unreadable', told: /502.*web page/ },
  'empty-shops': { code: 'no-shops', told: /no shop/, requestId: true, tokens: true },
  creator: { code: 'wrong-account-type', told: /creator account/, requestId: true },
  'hundred-years': { told: /recognizes/, connection: { refreshTokenExpiresAt: null } },
  'relative-expiry': { told: /recognizes/, connection: { scopes: complete } },
  slow: { told: /recognizes/, connection: { scopes: complete } },
  down: { code: 'network-failed', told: /gave no answer/ },
  'ip-not-allowed': { code: 'ip-not-allowed', told: /IP allow list.*36009033/, requestId: true },
  revoked: { code: 'access-token-invalid', told: /revoked.*105001/, requestId: true, tokens: true },
  // 105002 means that the token must be refreshed, which the program can do itself.
  'expired-token': { told: /recognizes/, connection: { scopes: complete } },
  // Only refreshes are refused, and a fresh token needs none.
  'expired-refresh-token': { told: /recognizes/, connection: { scopes: complete } },
  'seller-inactive': { code: 'seller-inactive', told: /onboarding.*105004/, requestId: true },
  'vendor-error': { code: 'vendor-error', told: /internal error.*36009003/, requestId: true, tokens: true },
};

/** What happens on a connected profile when its token is due for a refresh. */
export const refreshEndings: readonly { scenario: Scenario; code: ErrorCode | null; requestId: boolean }[] = [
  { scenario: 'approve', code: null, requestId: false },
  { scenario: 'slow', code: null, requestId: false },
  { scenario: 'expired-token', code: null, requestId: false },
  { scenario: 'revoked', code: 'refresh-token-unknown', requestId: true },
  { scenario: 'expired-refresh-token', code: 'refresh-token-expired', requestId: true },
  { scenario: 'wrong-app-key', code: 'app-key-invalid', requestId: true },
  { scenario: 'ip-not-allowed', code: 'ip-not-allowed', requestId: true },
  { scenario: 'seller-inactive', code: 'seller-inactive', requestId: true },
  { scenario: 'bad-gateway', code: 'answer-unreadable', requestId: false },
  { scenario: 'down', code: 'network-failed', requestId: false },
];
