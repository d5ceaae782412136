/** TikTok Shop notifies the app 30 days before an authorization ends, and then every day (Partner Center docs). */
const soonMs = 30 * 86_400_000;

/**
 * Whether an authorization should be renewed: it has ended, or it ends within 30 days.
 * @param expiresAt the refresh token's expiry in milliseconds since 1970; `null` if it is unknown
 */
export const endsSoon = (expiresAt: number | null | undefined, now: number): boolean =>
  expiresAt !== null && expiresAt !== undefined && expiresAt - now <= soonMs;
