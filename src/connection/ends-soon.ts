/** TikTok Shop notifies the app 30 days before an authorization ends, and then every day (Partner Center docs). */
const soonMs = 30 * 86_400_000;

/** Whether an authorization should be renewed: its refresh token expires, in milliseconds since 1970, within 30 days. */
export const endsSoon = (expiresAt: number | null | undefined, now: number): boolean =>
  expiresAt !== null && expiresAt !== undefined && expiresAt - now <= soonMs;
