import type { Failure } from '../ground/errors.ts';
import type { Facts } from './facts.ts';

/** Every check, in the order in which they are shown: what others depend on comes first. The ids are public. */
export const checkIds = [
  'node',
  'version',
  'store',
  'permissions',
  'key',
  'credentials',
  'redirect',
  'network',
  'clock',
  'port',
  'browser',
  'app',
  'token',
  'shops',
  'scopes',
] as const;

export type CheckId = (typeof checkIds)[number];

export type Group = 'program' | 'store' | 'setup' | 'computer' | 'tiktok-shop';

/**
 * What a check found. `detail` and `because` go on after the check's title and a colon; `fix` is a sentence that names
 * what to run or where to click.
 */
export type Finding =
  | { readonly status: 'pass'; readonly detail: string }
  | { readonly status: 'warn' | 'fail'; readonly detail: string; readonly fix: string }
  /** `next`: what to do to have it checked, where that is not on another check. */
  | { readonly status: 'skip'; readonly because: string; readonly next?: string };

export interface Check {
  readonly id: CheckId;
  readonly title: string;
  readonly group: Group;
  /** `--offline` leaves it out. */
  readonly needsNetwork: boolean;
  /** What to do when it does not end in time. */
  readonly whenLate: string;
  readonly run: (facts: Facts) => Promise<Finding>;
}

export const pass = (detail: string): Finding => ({ status: 'pass', detail });
export const warn = (detail: string, fix: string): Finding => ({ status: 'warn', detail, fix });
export const failed = (detail: string, fix: string): Finding => ({ status: 'fail', detail, fix });
export const skip = (because: string): Finding => ({ status: 'skip', because });

/** Nothing is wrong, but the setup has not come this far. */
export const notYet = (because: string): Finding => ({
  status: 'skip',
  because: `${because}; go on with \`ottokit-tiktok connect\``,
  next: 'Go on with `ottokit-tiktok connect`.',
});

/** A failure in the words of the catalogue, with the request id that TikTok Shop's support asks for. */
export function failedWith(failure: Failure): Finding {
  return failed(inDetail(failure), failure.fix);
}

export function inDetail({ message, requestId }: Failure): string {
  return requestId === undefined ? message : `${message} Request id: ${requestId}.`;
}

/**
 * A trouble that stands in the way of several checks is told by one of them, or it would look like many: by the first of
 * `owners` that runs.
 */
export function blockedBy(
  id: CheckId,
  owners: readonly CheckId[],
  failure: Failure,
  facts: Pick<Facts, 'runs'>,
): Finding {
  const owner = owners.find((candidate) => facts.runs(candidate)) ?? id;
  return owner === id ? failedWith(failure) : skip(`not possible before “${owner}” is mended`);
}
