/**
 * The failures of the simulator, in TikTok Shop's exact words ("Common errors" in its Partner Center documentation, and
 * live answers published by sellers and developers). None is invented: a request without a documented answer is refused
 * instead (see `refuse` in answers.ts).
 */
export interface VendorFailure {
  readonly code: number;
  readonly message: string;
}

/** From the token endpoints. */
export const authFailures = {
  'invalid-auth-code': { code: 36004004, message: 'invalid auth code' },
  // One second-hand report.
  'invalid-app-key': { code: 36004201, message: 'Invalid app_key' },
} as const satisfies Record<string, VendorFailure>;

/** From the signed API. */
export const apiFailures = {
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
  'app-key-invalid': { code: 36009004, message: 'Invalid credentials. Invalid `app_key` query parameter.' },
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
} as const satisfies Record<string, VendorFailure>;
