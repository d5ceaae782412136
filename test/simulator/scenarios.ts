/** What the simulated TikTok Shop does in each scenario, in one line. */
export const scenarioDescriptions = {
  approve: 'everything works: the seller approves and every call succeeds',
  deny: 'the seller declines: the redirect carries code=null and error=auth_denied',
  'wrong-state': 'the redirect carries a state that the program didn’t send',
  'no-state': 'the redirect carries no state, like an install from the app store',
  'other-app-key': 'the redirect carries another app’s App Key',
  'draft-app': "the app is a draft: the browser shows “Not available in your shop's region” and is never redirected",
  'no-permission': 'the account isn’t allowed to authorize: the browser shows an error and is never redirected',
  'expired-code': 'the authorization code is older than 30 minutes when it is exchanged',
  'used-code': 'someone else has already exchanged the authorization code',
  'wrong-secret': 'the App Secret doesn’t belong to the App Key: the exchange works, signed calls are refused',
  'wrong-app-key': 'TikTok Shop doesn’t know the App Key',
  'missing-scope': 'seller.order.info is not granted',
  'no-shop-scope': 'seller.authorization.info is not granted, so listing the shops is refused',
  'no-scope-list': 'the token response doesn’t list the granted scopes',
  'clock-skew': "TikTok Shop's clock is ten minutes ahead of this computer's",
  'rate-limit': 'signed calls return 429 with Retry-After',
  'bad-gateway': 'token and signed calls return 502 with an HTML page',
  'empty-shops': 'the authorization contains no shop',
  creator: 'a creator account authorizes instead of a seller',
  'hundred-years': 'the refresh token expires in 2124, which exceeds 32 bits',
  'relative-expiry': 'token expiries are seconds from now instead of dates',
  slow: 'token and signed calls are answered late',
  down: 'token and signed calls are cut off without a response',
  'ip-not-allowed': "this computer's address is not in the app's IP allow list",
  revoked: 'the seller has revoked the authorization',
  'expired-token': 'access tokens from a code have expired; refreshed ones work',
  'expired-refresh-token': "the seller's authorization has ended: refreshes are refused",
  'seller-inactive': "the seller's onboarding is unfinished: the exchange is refused",
  'vendor-error': 'signed calls fail inside TikTok Shop',
} as const;

export type Scenario = keyof typeof scenarioDescriptions;

export const scenarios: readonly Scenario[] = Object.keys(scenarioDescriptions) as Scenario[];
