import { blockedBy, type Check } from '../check.ts';
import type { Facts } from '../facts.ts';
import { notYet, pass, type Finding } from '../finding.ts';

/** Whether the key that opens the store is where it should be, and how well it is protected there. */
export const key: Check = {
  id: 'key',
  title: 'Key',
  group: 'store',
  whenLate: 'Unlock the keychain (sign in to the desktop), then try again.',
  run: checkKey,
};

async function checkKey(facts: Facts): Promise<Finding> {
  const report = await facts.inspection();
  if (!report.exists) return notYet('nothing is set up yet');
  const opening = await facts.store();
  if (!opening.ok) return blockedBy('key', [opening.owner], opening.failure, facts);
  const { keySource } = opening.store;
  if (keySource === null) return notYet('nothing is set up yet');
  return pass(keySource === 'key-file' ? inFile(report.keyFile?.path) : places[keySource]);
}

const places = {
  passphrase: 'a passphrase, and the one given is correct',
  keychain: 'in the system’s keychain, which is unlocked',
};

/** Says what a key file doesn't protect against, so that nobody overestimates it. */
const inFile = (path = ''): string =>
  `in the file ${path}: protects copies of the store, but not against programs that run as you`;
