import { constants } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../ground/errors.ts';
import { codeOf } from '../../ground/system-error.ts';
import { canFlush } from '../../store/file/durable-write.ts';
import type { StoreInspection } from '../../store/file/inspect.ts';
import { accessProblem } from '../access-problem.ts';
import { blockedBy, type Check } from '../check.ts';
import type { Facts } from '../facts.ts';
import { failed, failedWith, notYet, pass, warn, type Finding } from '../finding.ts';

/** Whether the file opens and could be written. Checking creates and changes nothing. */
export const store: Check = {
  id: 'store',
  title: 'Store',
  group: 'store',
  needsNetwork: false,
  whenLate: 'Check that the disk answers, or name another directory with OTTOKIT_TIKTOK_CONFIG_DIR.',
  run: checkStore,
};

async function checkStore(facts: Facts): Promise<Finding> {
  const report = await facts.inspection();
  if (report.database !== undefined) return await checkDatabase(facts, report.database);
  if (!report.exists) return await noStore(report);
  const opening = await facts.store();
  if (!opening.ok) return blockedBy('store', [opening.owner], opening.failure, facts);
  const { path, directory } = report;
  const why = await accessProblem(directory, constants.W_OK);
  if (why !== undefined) return failedWith(fail('store-unwritable', { path, detail: why }));
  const [unreadable] = await opening.store.unreadable();
  if (unreadable !== undefined) return failedWith(fail('profile-unreadable', { profile: unreadable, path }));
  if (!(await canFlush(path))) {
    const detail = `the drive of ${path} does not confirm that a change is on the disk, so a power cut can undo the last one`;
    return warn(detail, 'Keep the store on a local disk: name a directory there with OTTOKIT_TIKTOK_CONFIG_DIR.');
  }
  const { length } = opening.profiles;
  return pass(`${path} opens and holds ${length === 1 ? 'one profile' : `${String(length)} profiles`}`);
}

/** The first thing that is wrong, or everything that is right. */
async function checkDatabase(facts: Facts, findings: NonNullable<StoreInspection['database']>): Promise<Finding> {
  const { detail, fix } = findings.find(({ status }) => status === 'fail') ?? {};
  if (detail !== undefined) return failed(detail, fix ?? '');
  const opening = await facts.store();
  if (!opening.ok) return blockedBy('store', [opening.owner], opening.failure, facts);
  const [unreadable] = await opening.store.unreadable();
  if (unreadable !== undefined)
    return failedWith(fail('profile-damaged', { profile: unreadable, store: opening.store.location }));
  const warning = findings.find(({ status }) => status === 'warn');
  if (warning !== undefined) return warn(warning.detail, warning.fix ?? '');
  return pass(findings.map((finding) => finding.detail).join('; '));
}

async function noStore({ directory }: StoreInspection): Promise<Finding> {
  const names = await readdir(directory).catch((thrown: unknown) => codeOf(thrown) ?? 'unknown');
  if (names === 'ENOENT') return notYet('nothing is set up yet');
  if (typeof names === 'string') return failedWith(fail('store-unreadable', { path: directory, detail: names }));
  const last = names
    .filter((name) => name.startsWith('connections.damaged-'))
    .sort()
    .at(-1);
  if (last === undefined) return notYet('nothing is set up yet');
  return notYet(`there is none; a damaged one is in quarantine as ${join(directory, last)}`);
}
