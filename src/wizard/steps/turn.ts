import type { Failure } from '../../ground/errors.ts';
import type { RedirectVerdict } from '../../tiktok/authorization.ts';
import type { Draft } from '../draft.ts';
import type { StepResult } from '../wizard-context.ts';
import type { CapturePlan } from './capture-plan.ts';
import type { Cure } from './cures.ts';

/** TikTok Shop's answer, with a state that matches. */
export type Redirect = Extract<RedirectVerdict, { outcome: 'approved' | 'denied' }>;
export type Approved = Extract<RedirectVerdict, { outcome: 'approved' }>;

/**
 * Where step 5 is: at a cure to apply, at a failure to choose one for, or at its end. `approved`: the answer that failed,
 * whose code may be tried once more.
 */
export type Turn =
  | StepResult
  | { readonly draft: Draft; readonly cure: Cure; readonly approved?: Approved }
  | { readonly draft: Draft; readonly failure: Failure; readonly approved?: Approved };

/** One visit of TikTok Shop's authorization page. */
export interface AuthorizationRequest {
  readonly plan: CapturePlan;
  readonly redirectUrl: string;
  readonly state: string;
  /** The authorization address for this state. */
  readonly address: string;
}
