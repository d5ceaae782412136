import type { RedirectVerdict } from '../../tiktok/authorization.ts';
import type { CapturePlan } from './capture-plan.ts';

/** TikTok Shop's answer, with a state that matches. */
export type Redirect = Extract<RedirectVerdict, { outcome: 'approved' | 'denied' }>;

/** One visit of TikTok Shop's authorization page. */
export interface AuthorizationRequest {
  readonly plan: CapturePlan;
  readonly redirectUrl: string;
  readonly state: string;
  /** The authorization address for this state. */
  readonly address: string;
}
