import type { VendorFailure } from '../../src/simulator/failures.ts';

/** Failures that only a scenario brings about, word for word as TikTok Shop prints them. */
export const failures = {
  // The title of an entry in TikTok Shop's FAQ, which names the code too.
  'seller-inactive': {
    code: 105004,
    message:
      'auth state is inactive; detail:Your seller account is yet to finish the onboarding review or your account is not allowed to authorize this APP due to our region restriction.',
  },
  // The token endpoint was seen to answer these words. Its code isn't known, so this is the signed API's.
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
