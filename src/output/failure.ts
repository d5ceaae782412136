import { defined } from '../ground/defined.ts';
import type { Failure } from '../ground/errors.ts';

/** The shape of every error under `--json`. `fix` replaces the catalogue's. */
export function failureJson({ code, message, fix: usualFix, requestId }: Failure, fix = usualFix) {
  return { error: { code, message, fix, ...defined({ requestId }) } };
}
