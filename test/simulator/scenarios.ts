/** What the simulated TikTok Shop does in each scenario, in one line. */
export const scenarioDescriptions = {
  approve: 'everything works: the seller approves and every call answers',
  deny: 'the seller declines: the redirect carries code=null and error=auth_denied',
  'wrong-state': 'the redirect carries a state that nobody asked for',
  'no-state': 'the redirect carries no state, as for an install from the app store',
  'other-app-key': "the redirect carries another app's App Key",
  'draft-app': "the app is a draft: the browser shows “Not available in your shop's region” and is never redirected",
  'no-permission': 'the account may not authorize: the browser shows a refusal and is never redirected',
  'expired-code': 'the authorization code is older than 30 minutes when it is exchanged',
  'used-code': 'the authorization code was exchanged by somebody else before',
  'wrong-secret': 'App Key and App Secret do not belong together: the exchange works, signed calls are refused',
  'wrong-app-key': 'TikTok Shop does not know the App Key',
  'missing-scope': 'seller.order.info is not granted',
  'no-shop-scope': 'seller.authorization.info is not granted, so listing the shops is refused',
  'no-scope-list': 'the answer with the tokens names no granted scopes',
  'clock-skew': "TikTok Shop's clock is ten minutes ahead of this computer's",
  'rate-limit': 'signed calls answer 429 with Retry-After',
  'bad-gateway': 'token and signed calls answer 502 with an HTML page',
  'empty-shops': 'the authorization holds no shop',
  creator: 'a creator account authorizes instead of a seller',
  'hundred-years': 'the refresh token ends in 2124, beyond 32 bits',
  'relative-expiry': 'the ends of tokens are seconds from now instead of dates',
  slow: 'token and signed calls answer late',
  down: 'token and signed calls are cut off without an answer',
  'ip-not-allowed': "this computer's address is not in the app's IP allow list",
  revoked: 'the seller took the authorization back',
  'expired-token': 'access tokens that came with a code have expired; refreshed ones work',
  'expired-refresh-token': "the seller's grant is over: refreshing is refused",
  'seller-inactive': "the seller's onboarding is unfinished: the exchange is refused",
  'vendor-error': 'signed calls fail inside TikTok Shop',
} as const;

export type Scenario = keyof typeof scenarioDescriptions;

export const scenarios: readonly Scenario[] = Object.keys(scenarioDescriptions) as Scenario[];
