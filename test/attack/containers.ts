import { spawnSync } from 'node:child_process';
import { missingPrograms } from '../store/keys/keychain/programs.ts';

/**
 * A command that runs a program as process 1 of its own PID namespace but under this computer's host name, as in
 * containers that share a host name and a volume. The program is killed when the command ends.
 */
export const inContainer = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--'] as const;

/** Why this machine can't create a container; undefined if it can. */
export const containerObstacle = ((): string | undefined => {
  const missing = missingPrograms('unshare');
  if (missing !== undefined) return missing;
  const [command, ...args] = [...inContainer, 'true'];
  return spawnSync(command, args).status === 0 ? undefined : 'creating a PID namespace requires root';
})();

/** A command that runs a program with a different time since boot, but in the same PID namespace. */
export const inTimeNamespace = ['unshare', '--time', '--boottime', '100000', '--fork', '--kill-child', '--'] as const;
