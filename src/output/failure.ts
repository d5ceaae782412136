import type { Failure } from '../ground/errors.ts';

/** The shape of every error under `--json`. */
export interface FailureJson {
  readonly error: { code: string; message: string; fix: string; requestId?: string };
}

export function failureJson({ code, message, fix, requestId }: Failure): FailureJson {
  return { error: { code, message, fix, ...(requestId === undefined ? {} : { requestId }) } };
}
