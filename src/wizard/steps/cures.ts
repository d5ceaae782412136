/**
 * What the person can choose to do about a refusal. `their app key`: the one that the authorization came back for.
 * `publish`, `owner`: something to do in Partner Center or Seller Center first.
 */
export type Cure =
  | 'open'
  | 'own browser'
  | 'service-id'
  | 'app-key'
  | 'app-secret'
  | 'their app key'
  | 'publish'
  | 'owner'
  | 'region'
  | 'change'
  | 'verify'
  | 'later'
  | 'back';
