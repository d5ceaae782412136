import { defined } from '../ground/defined.ts';
import type { Failure } from '../ground/errors.ts';

/** The shape of every error under `--json`. */
export const failureJson = ({ code, message, fix, requestId }: Failure) => ({
  error: { code, message, fix, ...defined({ requestId }) },
});
