import type { Failure } from '../ground/errors.ts';
import type { Say } from '../ground/io.ts';

/** A failure that the person can do something about right here. */
export function sayFailure(say: Say, { message, requestId }: Failure, introduction = ''): void {
  say.warn(introduction + message);
  if (requestId !== undefined) say.line(`Request id: ${requestId}`);
}
