import { randomBytes } from 'node:crypto';
import { parseJson } from '../../ground/parse-json.ts';
import { ownIdentity, stateOfProcess, type ProcessIdentity } from '../../ground/process-identity.ts';

/** Names this process and one of its claims, as stored in the database. */
export const newHolder = (): string => JSON.stringify({ ...ownIdentity(), claim: randomBytes(16).toString('hex') });

/**
 * Whether a holder is known to have ended. Only processes from this boot of the kernel and in this PID namespace are
 * visible. Many computers have the same host name, so without a boot id (on systems other than Linux) nothing is known.
 */
export function hasEnded(holder: string): boolean {
  // Another version may have written anything.
  const identity = Object(parseJson(holder)) as Partial<ProcessIdentity>;
  const { pid = 0, boot, namespace } = identity;
  if (!Number.isSafeInteger(pid) || pid < 1 || boot === undefined || namespace === undefined) return false;
  return stateOfProcess({ host: '', ...identity, pid }) === 'gone';
}
