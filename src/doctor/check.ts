import type { ErrorCode, Failure } from '../ground/errors.ts';
import type { StoreFinding } from '../store/store.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Facts } from './facts.ts';

/** A check's result. `detail` and `because` are shown after the check's title; `fix` is a sentence. */
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
  status: 'skip',
  because: `${because}; continue with \`ottokit-tiktok connect\``,
  next: 'Continue with `ottokit-tiktok connect`.',
});

export const nothingYet: Finding = {
  status: 'skip',
  because: 'nothing is set up yet; start with `ottokit-tiktok connect`',
  next: 'Start with `ottokit-tiktok connect`.',
};

/** For these failures, the catalogue recommends `doctor`, so doctor itself needs other advice. */
const ownAdvice: Partial<Record<ErrorCode, string>> = {
  'network-failed': 'Check that this computer is online; behind a proxy, set HTTPS_PROXY.',
  'answer-unreadable': 'Wait a few minutes, then try again; if that doesn’t help, use another network.',
  'clock-wrong': 'Turn on automatic time in the system settings.',
  'vendor-refused': 'Send this message to TikTok Shop’s support.',
};

export const inDetail = ({ message, requestId }: Failure): string =>
  requestId === undefined ? message : `${message} Request id: ${requestId}.`;

export const inWords = (failure: Failure, before = ''): [detail: string, fix: string] => [
  before + inDetail(failure),
  ownAdvice[failure.code] ?? failure.fix,
];

export const failedWith = (failure: Failure): Finding => failed(...inWords(failure));

/** The groups in the order they are shown, with their headings. */
export const groups = {
  program: 'Program',
  store: 'Store',
  setup: 'Setup',
  computer: 'This computer',
  'tiktok-shop': 'TikTok Shop',
  ottokit: 'OttoKit',
} as const;

export interface Check {
  /** Public: used on the command line and in JSON. */
  readonly id: string;
  readonly title: string;
  readonly group: keyof typeof groups;
  readonly needsNetwork?: true;
  /** What to do if it doesn't finish in time. */
  readonly whenLate: string;
  readonly run: (facts: Facts) => Finding | Promise<Finding>;
}

/** How long a check may take, in milliseconds. This leaves time for a request to wait until a rate limit ends. */
export const deadline = 12_000;

/** Whether a check is about one profile. The others are about this computer, and `--all` runs them once. */
export const isAboutProfile = ({ group }: Pick<Check, 'group'>): boolean =>
  group === 'setup' || group === 'tiktok-shop' || group === 'ottokit';

/** Reports a problem that several checks share only once: in the first of `owners` that runs, or else in `id`. */
export function blockedBy(
  id: string,
  owners: readonly string[],
  failure: Failure,
  { running }: Pick<Facts, 'running'>,
): Finding {
  const owner = owners.find((candidate) => running.has(candidate)) ?? id;
  if (owner === id) return failedWith(failure);
  const title = running.get(owner) ?? owner;
  return skip(`skipped: fix the ${title.charAt(0).toLowerCase()}${title.slice(1)} first`);
}

/** The checks that need the profile. If there is a problem with it, only the first of them that runs reports it. */
const profileChecks = ['credentials', 'redirect', 'app', 'token', 'shops', 'scopes', 'ottokit'];

export const whenStoredLate = 'Check that the store’s disk or database responds, then try again.';
const whenOnlineLate =
  'Check that no firewall or proxy holds up connections to TikTok Shop, then try again in a minute.';

/** Makes a check that judges the profile. Without a profile, the check says why there is none. */
export function profileCheck(
  about: Omit<Check, 'whenLate' | 'run'>,
  judge: (profile: Profile, facts: Facts) => Finding | Promise<Finding>,
): Check {
  return {
    ...about,
    whenLate: about.needsNetwork === true ? whenOnlineLate : whenStoredLate,
    run: async (facts) => {
      const { profile, problem } = await facts.profile();
      if (profile !== undefined) return await judge(profile, facts);
      if (problem === undefined) return nothingYet;
      return blockedBy(about.id, [problem.owner, ...profileChecks], problem.failure, facts);
    },
  };
}

/** Reports that a call got no response: in `network` if that can't reach the host either, or else in the check `id`. */
export async function hostUnreachable(id: string, failure: Failure, origin: string, facts: Facts): Promise<Finding> {
  if (!facts.running.has('network') || (await facts.reach(origin)).answered) return failedWith(failure);
  return blockedBy(id, ['network'], failure, facts);
}
