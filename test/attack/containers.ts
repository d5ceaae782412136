import { spawnSync } from 'node:child_process';
import { missingPrograms } from '../store/keys/keychain/programs.ts';

/**
 * A command that starts a program in a PID namespace of its own, as process 1, and under the host name of this computer:
 * two containers with one volume. The program dies with the command.
 */
export const inContainer = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--'] as const;

/** Why there can be no container on this machine. */
export const containersLack = ((): string | undefined => {
  const missing = missingPrograms('unshare');
  if (missing !== undefined) return missing;
  const [command, ...args] = [...inContainer, 'true'];
  return spawnSync(command, args).status === 0 ? undefined : 'no PID namespace can be made here (it takes root)';
})();
