import { catalogue } from './catalogue.ts';

export type ErrorCode = keyof typeof catalogue;

/** The details that a failure's entry in the catalogue needs to explain it. */
export type FailureDetails<C extends ErrorCode> = Parameters<(typeof catalogue)[C]>[0];

/** A problem that the user can solve: what happened and why, and what to do next. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: ErrorCode;
  readonly fix: string;
  /** TikTok Shop's request id, for its support. */
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, fix: string, requestId?: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.fix = fix;
    this.requestId = requestId;
  }
}

export const isFailure = (thrown: unknown): thrown is Failure => thrown instanceof Failure;

/** Creates the failure with this code, with its message and its fix from the catalogue. */
export function fail<C extends ErrorCode>(
  code: C,
  details: FailureDetails<C>,
  { requestId, cause }: { requestId?: string | undefined; cause?: unknown } = {},
): Failure {
  const explain = catalogue[code] as (p: FailureDetails<C>) => { message: string; fix: string };
  const { message, fix } = explain(details);
  return new Failure(code, message, fix, requestId, cause);
}

/** 2: wrong usage, or an answer is missing and there is no terminal. 130: interrupted. 1: everything else. */
export function exitCodeOf({ code }: Failure): 1 | 2 | 130 {
  switch (code) {
    case 'usage':
    case 'missing-answers':
    case 'capture-impossible':
    case 'credential-refused':
    case 'redirect-url-refused':
    case 'origin-not-loopback':
    case 'profile-name-refused':
      return 2;
    case 'interrupted':
    case 'interrupted-unanswered':
      return 130;
    default:
      return 1;
  }
}
