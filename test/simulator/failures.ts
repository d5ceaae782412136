import { json, type Reply } from '../../src/simulator/server.ts';

export interface VendorFailure {
  readonly code: number;
  readonly message: string;
}

/** A failure of a token endpoint: HTTP 200 with a code, and no `data` (seen in live responses). */
export function authFailure({ code, message }: VendorFailure, requestId: string): Reply {
  return json(200, { code, message, request_id: requestId });
}

/** A failure of the signed API: HTTP 401 with `data: null` (seen in live responses). */
export function apiFailure({ code, message }: VendorFailure, requestId: string): Reply {
  return json(401, { code, message, data: null, request_id: requestId });
}

/**
 * TikTok Shop's failures in its exact words ("Common errors" in its Partner Center documentation, and live responses
 * published by sellers and developers). None is invented: a request without a documented response is refused.
 */
export const failures = {
  // From a single second-hand report.
  'invalid-app-key': { code: 36004201, message: 'Invalid app_key' },
  'scope-missing': {
    code: 105005,
    message:
      'Access denied. The app is not authorized to access the endpoint because the access scopes granted for the app or the access token do not contain the required access scope for the endpoint.',
  },
  'sign-invalid': { code: 106001, message: 'Invalid credentials. The `sign` query parameter is invalid.' },
  'sign-missing': {
    code: 36009004,
    message: 'Missing credentials. The request does not include a required signature in the query.',
  },
  'token-unknown': { code: 36009004, message: 'Invalid credentials. The `x-tts-access-token` header is invalid.' },
  'app-key-refused': { code: 36009004, message: 'Invalid credentials. Invalid `app_key` query parameter.' },
  'clock-behind': {
    code: 36009004,
    message:
      'Invalid timestamp. The value of the `timestamp` query parameter must not be earlier than 5 minutes before the current time.',
  },
  'clock-ahead': {
    code: 36009004,
    message:
      'Invalid timestamp. The value of the `timestamp` query parameter must not exceed the current time by more than 30 seconds.',
  },
  'token-malformed': { code: 36009005, message: 'access_token header is invalid' },
  'no-auth-record': { code: 36004005, message: 'can not find related auth record' },
  'refresh-token-expired': { code: 36004001, message: 'rt has expired' },
  // Only the beginning and the end of this sentence are published.
  revoked: { code: 105001, message: 'access token is invalid; … deauthorized' },
  'token-expired': {
    code: 105002,
    message: 'Expired credentials. The `access_token` or `x-tts-access-token` header has expired.',
  },
  'cipher-missing': {
    code: 106013,
    message: 'Missing identifier. The `shop_cipher` query parameter is required to identify the target shop.',
  },
  // The title of an entry in TikTok Shop's FAQ, which also names the code.
  'seller-inactive': {
    code: 105004,
    message:
      'auth state is inactive; detail:Your seller account is yet to finish the onboarding review or your account is not allowed to authorize this APP due to our region restriction.',
  },
  // The token endpoint has been seen to send this message, but its code isn't known, so this is the signed API's.
  'ip-not-allowed': {
    code: 36009033,
    message: 'Access denied. Your IP address is not in the IP allow list configured for this app.',
  },
  'rate-limited': {
    code: 36009002,
    message: "Too many requests. You've made too many requests in a short period of time.",
  },
  'internal-error': {
    code: 36009003,
    message:
      'Internal error. Please try again. If the issue persists after multiple attempts, please contact platform support.',
  },
} as const satisfies Record<string, VendorFailure>;
