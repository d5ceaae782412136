import { dirname, win32 } from 'node:path';
import type { StoreInspection } from '../../store/file/inspect.ts';
import type { Check } from '../check.ts';
import type { Facts } from '../facts.ts';
import { failed, notYet, pass, skip, warn, type Finding } from '../finding.ts';

/** Whether other users of this computer can read the store or its key file, and whether a dead process left its lock. */
export const permissions: Check = {
  id: 'permissions',
  title: 'Permissions',
  group: 'store',
  needsNetwork: false,
  whenLate: 'Check that the disk answers, or name another directory with OTTOKIT_TIKTOK_CONFIG_DIR.',
  run: async (facts) => judgePermissions(await facts.inspection(), facts),
};

const fix = 'Run `ottokit-tiktok doctor --fix`.';

function judgePermissions(report: StoreInspection, { io, fixed }: Facts): Finding {
  const { path, keyFile, lock, exists } = report;
  const { platform } = io.host;
  if (!exists && lock === undefined) return notYet('nothing is set up yet');
  const loose = platform === 'win32' ? [] : looseIn(report);
  if (loose.length > 0) {
    const detail = `other users can get at ${loose.map(inWords).join(', ')}`;
    return failed(detail, fixed ? byHand(loose) : fix);
  }
  if (lock !== undefined && 'problem' in lock)
    return failed(`nobody can lock ${path}: ${lock.problem}`, `Move away what is at ${path}.lock.`);
  if (lock !== undefined && !lock.alive) {
    const owner = lock.pid === undefined ? 'a process that ended' : `process ${String(lock.pid)}, which ended,`;
    return warn(`${owner} left its lock beside ${path}`, fixed ? `Remove ${path}.lock.` : fix);
  }
  if (report.database !== undefined && keyFile === undefined)
    return skip('the store is a database, and no key is kept here');
  if (report.database !== undefined) return pass('only this user can open the key file; the store is a database');
  if (report.problem?.kind === 'unreadable') return skip(`there is no file that can be read: ${report.problem.detail}`);
  if (platform === 'win32') return onWindows(report, io.host.homeDirectory);
  const { directory, directoryMode = 0o700 } = report;
  if ((directoryMode & 0o077) !== 0) {
    const detail = `other users can list ${inWords({ place: directory, mode: directoryMode })}, but not open what is in it`;
    return warn(detail, fixed ? byHand([{ place: directory, mode: directoryMode }]) : fix);
  }
  return pass(
    `only this user can open ${keyFile === undefined ? 'the store' : 'the store and its key file'}${lock === undefined ? '' : '; another ottokit-tiktok is using it now'}`,
  );
}

/** Windows has access lists in place of modes, which aren't read here: only the profile folder is known to be private. */
function onWindows({ path, directory, keyFile }: StoreInspection, home: string): Finding {
  const outside = [directory, ...(keyFile === undefined ? [] : [keyFile.path])].filter(
    (place) => !isWithin(home, place),
  );
  if (outside.length === 0) return pass(`${path} is in your profile folder, which Windows keeps from other users`);
  const places = outside.join(' and ');
  return warn(
    `${places} is outside your profile folder, and who can open it there was not checked`,
    `Look at it with \`icacls "${outside[0] ?? ''}"\`, or keep it in your profile folder.`,
  );
}

function isWithin(home: string, place: string): boolean {
  const way = win32.relative(home, place);
  return home !== '' && way !== '' && !way.startsWith('..') && !win32.isAbsolute(way);
}

interface Loose {
  readonly place: string;
  readonly mode: number;
}

/** What others can read or write. In a directory that others can write to, they can replace any file. */
function looseIn({ path, fileMode, directory, directoryMode, keyFile }: StoreInspection): readonly Loose[] {
  const entries: readonly (readonly [string | undefined, number | undefined, number])[] = [
    [path, fileMode, 0o077],
    [directory, directoryMode, 0o022],
    [keyFile?.path, keyFile?.mode, 0o077],
    [keyFile === undefined ? undefined : dirname(keyFile.path), keyFile?.directoryMode, 0o022],
  ];
  return entries.flatMap(([place, mode, forbidden]) =>
    place === undefined || mode === undefined || (mode & forbidden) === 0 ? [] : [{ place, mode }],
  );
}

/** `--fix` leaves a directory alone that holds other things too, and a drive may keep no modes. */
const byHand = (loose: readonly Loose[]): string =>
  `Run \`chmod go= ${loose.map(({ place }) => place.replace(/[^\w@%+=:,./-]/g, '\\$&')).join(' ')}\`. If its drive keeps no modes, only a passphrase protects the store (\`ottokit-tiktok store move passphrase\`); otherwise name another directory with OTTOKIT_TIKTOK_CONFIG_DIR.`;

const inWords = ({ place, mode }: Loose): string => `${place} (mode ${mode.toString(8).padStart(4, '0')})`;
