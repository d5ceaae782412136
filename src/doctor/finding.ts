import type { ErrorCode, Failure } from '../ground/errors.ts';
import type { StoreFinding } from '../store/backend.ts';

/** A check's result. `detail` and `because` follow the check's title and a colon; `fix` is a sentence. */
export type Finding =
  | StoreFinding
  /** `next`: what to do so that the check can run, unless another check already says that. */
  | { readonly status: 'skip'; readonly because: string; readonly next?: string };

export const pass = (detail: string): Finding => ({ status: 'pass', detail });
export const warn = (detail: string, fix: string): Finding => ({ status: 'warn', detail, fix });
export const failed = (detail: string, fix: string): Finding => ({ status: 'fail', detail, fix });
export const skip = (because: string): Finding => ({ status: 'skip', because });

/** Nothing is wrong; the setup just isn't that far yet. */
export const notYet = (because: string): Finding => ({
  ...{ status: 'skip', because: `${because}; continue with \`ottokit-tiktok connect\`` },
  next: 'Continue with `ottokit-tiktok connect`.',
});

/** The finding if there is no profile at all. */
export const nothingYet: Finding = {
  status: 'skip',
  because: 'nothing is set up yet; start with `ottokit-tiktok connect`',
  next: 'Start with `ottokit-tiktok connect`.',
};

/** A failure in the catalogue's words, with the request id for TikTok Shop's support. */
export const failedWith = (failure: Failure): Finding => failed(inDetail(failure), adviceFor(failure));

export const inDetail = ({ message, requestId }: Failure): string =>
  requestId === undefined ? message : `${message} Request id: ${requestId}.`;

/** For these failures, the catalogue recommends `doctor`, so doctor itself needs other advice. */
const ownAdvice: Partial<Record<ErrorCode, string>> = {
  'network-failed': 'Check that this computer is online; behind a proxy, set HTTPS_PROXY.',
  'answer-unreadable': 'Wait a few minutes, then try again; if that doesn’t help, use another network.',
  'clock-wrong': 'Set the clock to automatic time in the system settings.',
  'vendor-refused': 'Send this message to TikTok Shop’s support.',
  'store-locked': 'Wait until the other ottokit-tiktok has finished, or stop it.',
};

/** Returns the advice about a failure for a user who has just run `doctor`. */
export const adviceFor = ({ code, fix }: Failure): string => ownAdvice[code] ?? fix;
