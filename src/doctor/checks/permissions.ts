import { dirname, win32 } from 'node:path';
import type { StoreInspection } from '../../store/store.ts';
import { blockedBy, failed, nothingYet, pass, skip, warn, whenStoredLate, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';
import { redactor } from '../redact.ts';

/** Whether other users can access the store or its key file, and whether a dead process left its lock. */
export const permissions: Check = {
  id: 'permissions',
  title: 'Permissions',
  group: 'store',
  whenLate: whenStoredLate,
  async run(facts) {
    const { io, fixed } = facts;
    const report = await facts.inspection();
    const { path, keyFile, lock, exists, directory, directoryMode = 0o700 } = report;
    const inUse = lock === undefined ? '' : '; another ottokit-tiktok is using it now';
    const isWindows = io.host.platform === 'win32';
    // If the store can't be used, we don't know which key file to examine.
    if (report.failure !== undefined) return blockedBy('permissions', ['store'], report.failure, facts);
    if (!exists && lock === undefined) return nothingYet;
    const exposed = isWindows ? [] : exposedIn(report);
    const places = exposed.map(inWords).join(', ');
    if (exposed.length > 0) return failed(`other users can access ${places}`, advice(exposed, report, facts));
    if (lock !== undefined && 'problem' in lock)
      return failed(`${path} can’t be locked: ${lock.problem}`, `Move ${path}.lock somewhere else.`);
    if (lock !== undefined && !lock.alive) {
      const owner = lock.pid === undefined ? 'a process that ended' : `process ${String(lock.pid)}, which ended,`;
      return warn(`${owner} left its lock beside ${path}`, fixed ? `Remove ${path}.lock.` : fix);
    }
    if (report.findings !== undefined && keyFile === undefined)
      return skip('the store isn’t a file, and it has no key file here');
    if (report.unreadable !== undefined)
      return skip(`not checked, because the store couldn’t be read: ${report.unreadable}`);
    if (isWindows) return onWindows(report, io.host.homeDirectory, inUse);
    if (report.findings !== undefined) return pass('only you can open the key file; the store isn’t a file');
    if ((directoryMode & 0o077) !== 0) {
      const open = { place: directory, mode: directoryMode };
      const detail = `other users can access ${inWords(open)}, but not open the files in it`;
      return warn(detail, advice([open], report, facts));
    }
    const files = keyFile === undefined ? 'the store' : 'the store and its key file';
    return pass(`only you can open ${files}${inUse}`);
  },
};

const fix = 'Run `ottokit-tiktok doctor --fix`.';

/** We don't read Windows' access lists. Only the profile folder passes, because it is private by default. */
function onWindows({ path, directory, keyFile, findings }: StoreInspection, home: string, inUse: string): Finding {
  const keys = keyFile === undefined ? [] : [keyFile.path];
  const places = findings === undefined ? [directory, ...keys] : keys;
  const [first, ...others] = places.filter((place) => !isWithin(home, place));
  if (first === undefined)
    return pass(
      `${findings === undefined ? path : keys.join()} is in your profile folder, which is private by default; its access list wasn’t read${inUse}`,
    );
  return warn(
    `outside your profile folder, the program doesn’t check who can open ${[first, ...others].join(' and ')}`,
    `Run \`icacls "${first}"\` to see who can open it, or move it into your profile folder.`,
  );
}

function isWithin(home: string, place: string): boolean {
  const relative = win32.relative(home, place);
  return home !== '' && relative !== '' && !relative.startsWith('..') && !win32.isAbsolute(relative);
}

interface Exposed {
  readonly place: string;
  readonly mode: number;
}

/** Returns the files that other users can access, and the directories where they can replace any file. */
function exposedIn({ path, fileMode, directory, directoryMode, keyFile }: StoreInspection): readonly Exposed[] {
  const { path: keyPath = '', mode: keyMode, directoryMode: keysMode } = keyFile ?? {};
  return [
    { place: path, mode: fileMode ?? 0, forbidden: 0o077 },
    { place: directory, mode: directoryMode ?? 0, forbidden: 0o022 },
    { place: keyPath, mode: keyMode ?? 0, forbidden: 0o077 },
    { place: dirname(keyPath), mode: keysMode ?? 0, forbidden: 0o022 },
  ].filter(({ mode, forbidden }) => (mode & forbidden) !== 0);
}

/** `--fix` doesn't help if the directory contains other things or the drive doesn't support permissions. */
function advice(exposed: readonly Exposed[], { findings }: StoreInspection, { fixed, io }: Facts): string {
  if (!fixed) return fix;
  // Put `~` in place of the home directory first, because an escaped one wouldn't be recognized later.
  const withTilde = redactor([], io.host.homeDirectory);
  const places = exposed.map(({ place }) => withTilde(place).replace(/[^\w~@%+=:,./-]/gu, '\\$&')).join(' ');
  const otherwise =
    findings === undefined
      ? 'protect the store with a passphrase (`ottokit-tiktok store move passphrase`), or move its directory to another drive and set OTTOKIT_TIKTOK_CONFIG_DIR to the new path'
      : 'delete the key file, because the team’s passphrase opens the store too';
  return `Run \`chmod go= ${places}\`. If that changes nothing, the drive doesn’t support permissions; ${otherwise}.`;
}

const inWords = ({ place, mode }: Exposed): string => `${place} (mode ${mode.toString(8).padStart(4, '0')})`;
