import { spawnSync } from 'node:child_process';
import { missingPrograms } from '../store/keys/keychain/programs.ts';

/**
 * A command that starts a program as process 1 of its own PID namespace, under this computer's host name, like two
 * containers that share a volume. The program ends with the command.
 */
export const inContainer = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--'] as const;

/** Why no container can be made on this machine. */
export const containerObstacle = ((): string | undefined => {
  const missing = missingPrograms('unshare');
  if (missing !== undefined) return missing;
  const [command, ...args] = [...inContainer, 'true'];
  return spawnSync(command, args).status === 0 ? undefined : 'creating a PID namespace requires root';
})();

/** A command that starts a program with another time since boot, but with the same process ids. */
export const inTimeNamespace = ['unshare', '--time', '--boottime', '100000', '--fork', '--kill-child', '--'] as const;
