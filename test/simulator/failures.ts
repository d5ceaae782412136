import type { VendorFailure } from '../../src/simulator/answers.ts';

/** Failures that the demo never shows, in TikTok Shop's exact words. */
export const rareFailures = {
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
  // The token endpoint has been seen to answer this. Its code isn't known, so this is the signed API's code.
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
