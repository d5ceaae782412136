import { dirname } from 'node:path';
import type { StoreInspection } from '../../store/file/inspect.ts';
import { failed, notYet, pass, skip, warn, type Check, type Finding } from '../check.ts';

/** Whether other users of this computer can look into store and key file, and whether a dead process left its lock. */
export const permissions: Check = {
  id: 'permissions',
  title: 'Permissions',
  group: 'store',
  needsNetwork: false,
  whenLate: 'Check that the disk answers, or name another directory with OTTOKIT_TIKTOK_CONFIG_DIR.',
  run: async (facts) => judgePermissions(await facts.inspection(), facts.io.host.platform),
};

const fixCommand = 'Run `ottokit-tiktok doctor --fix`.';

function judgePermissions(report: StoreInspection, platform: NodeJS.Platform): Finding {
  const { path, keyFile, lock, exists } = report;
  if (!exists && lock === undefined) return notYet('nothing is set up yet');
  const loose = platform === 'win32' ? [] : looseIn(report);
  if (loose.length > 0) return failed(`other users can get at ${loose.join(', ')}`, fixCommand);
  if (lock !== undefined && 'problem' in lock)
    return failed(`nobody can lock ${path}: ${lock.problem}`, `Move away what is at ${path}.lock.`);
  if (lock !== undefined && !lock.alive) {
    const owner = lock.pid === undefined ? 'a process that ended' : `process ${String(lock.pid)}, which ended,`;
    return warn(`${owner} left its lock beside ${path}`, fixCommand);
  }
  if (report.problem?.kind === 'unreadable')
    return skip(`there is no file that could be read: ${report.problem.detail}`);
  if (platform === 'win32') return pass('Windows keeps the folders of a user private by itself');
  const shared = sharedDirectory(report);
  if (shared !== undefined)
    return warn(
      shared,
      `${fixCommand} A directory that holds other things too is left as it is: name one of its own with OTTOKIT_TIKTOK_CONFIG_DIR.`,
    );
  return pass(
    `only this user can open ${keyFile === undefined ? 'the store' : 'the store and its key file'}${lock === undefined ? '' : '; another ottokit-tiktok is using it now'}`,
  );
}

/** What others can read or write, each with its mode. In a directory that others can write to, any file can be replaced. */
function looseIn({ path, fileMode, directory, directoryMode, keyFile }: StoreInspection): readonly string[] {
  const entries: readonly (readonly [string | undefined, number | undefined, number])[] = [
    [path, fileMode, 0o077],
    [directory, directoryMode, 0o022],
    [keyFile?.path, keyFile?.mode, 0o077],
    [keyFile === undefined ? undefined : dirname(keyFile.path), keyFile?.directoryMode, 0o022],
  ];
  return entries.flatMap(([place, mode, forbidden]) =>
    place === undefined || mode === undefined || (mode & forbidden) === 0 ? [] : [`${place} (mode ${inOctal(mode)})`],
  );
}

function sharedDirectory({ directory, directoryMode = 0o700 }: StoreInspection): string | undefined {
  if ((directoryMode & 0o077) === 0) return undefined;
  return `other users can list ${directory} (mode ${inOctal(directoryMode)}), not open what is in it`;
}

const inOctal = (mode: number): string => mode.toString(8).padStart(4, '0');
