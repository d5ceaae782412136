/** TikTok Shop reminds of an ending authorization from 30 days before, and daily (Partner Center docs). */
const soonMs = 30 * 86_400_000;

/**
 * Whether an authorization ends within 30 days or has ended, so that it should be renewed.
 * @param expiresAt the refresh token's end in milliseconds since 1970; `null`: no known end
 */
export const endsSoon = (expiresAt: number | null | undefined, now: number): boolean =>
  expiresAt !== null && expiresAt !== undefined && expiresAt - now <= soonMs;
