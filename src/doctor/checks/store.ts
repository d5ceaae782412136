import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, fail } from '../../ground/errors.ts';
import { counted } from '../../ground/words.ts';
import { canFlush } from '../../store/file/durable-write.ts';
import type { StoreInspection } from '../../store/store.ts';
import { blockedBy, failedWith, nothingYet, notYet, pass, warn, whenStoredLate, type Check } from '../check.ts';

/** Whether the store opens and seems writable. Makes no test write. */
export const store: Check = {
  id: 'store',
  title: 'Store',
  group: 'store',
  whenLate: whenStoredLate,
  async run(facts) {
    const report = await facts.inspection();
    const { findings, exists, failure } = report;
    if (failure !== undefined) return failedWith(failure);
    const broken = findings?.find(({ status }) => status === 'fail');
    if (broken !== undefined) return broken;
    if (!exists) return await noStore(report);
    const opening = await facts.store();
    if (!opening.ok) return blockedBy('store', [opening.owner], opening.failure, facts);
    const { names, profiles } = opening;
    const unreadable = names.find((name) => !profiles.has(name));
    // This throws the failure that says why the profile can't be read.
    if (unreadable !== undefined) await opening.store.profile(unreadable);
    if (findings === undefined) return await judgeFile(report, profiles.size);
    const warning = findings.find(({ status }) => status === 'warn');
    return warning ?? pass(findings.map(({ detail }) => detail).join('; '));
  },
};

async function judgeFile({ path, directory }: StoreInspection, count: number) {
  const why = await access(directory, constants.W_OK).catch(codeOf);
  if (why !== undefined) return failedWith(fail('store-unwritable', { path, detail: why }));
  if (await canFlush(path)) return pass(`${path} opens and holds ${counted(count, 'profile')}`);
  return warn(
    `the drive with ${path} doesn’t confirm that a change is saved, so a power failure can undo the last one`,
    `Move ${directory} to a local disk, then set OTTOKIT_TIKTOK_CONFIG_DIR to its new path.`,
  );
}

async function noStore({ directory }: StoreInspection) {
  const names = await readdir(directory).catch((thrown: unknown) => codeOf(thrown) ?? 'unknown');
  if (names === 'ENOENT') return nothingYet;
  if (typeof names === 'string') return failedWith(fail('store-unreadable', { path: directory, detail: names }));
  const last = names.sort().findLast((name) => name.startsWith('connections.damaged-'));
  if (last === undefined) return nothingYet;
  return notYet(`there is no store; a damaged one was quarantined as ${join(directory, last)}`);
}
