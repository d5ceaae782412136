import type { KeySource } from '../../store/store.ts';
import { blockedBy, notYet, pass, type Check, type Finding } from '../check.ts';
import type { Facts } from '../facts.ts';

/** Whether the key that opens the store is where it should be, and what that place is worth. */
export const key: Check = {
  id: 'key',
  title: 'Key',
  group: 'store',
  needsNetwork: false,
  whenLate: 'Unlock the keychain (sign in to the desktop), then run `ottokit-tiktok doctor key` again.',
  run: checkKey,
};

async function checkKey(facts: Facts): Promise<Finding> {
  const report = await facts.inspection();
  if (!report.exists) return notYet('nothing is set up yet');
  const opening = await facts.store();
  if (!opening.ok) {
    const owners = opening.owner === 'key' ? [] : (['store'] as const);
    return blockedBy('key', owners, opening.failure, facts);
  }
  const { keySource } = opening.store;
  if (keySource === null) return notYet('nothing is set up yet');
  return pass(inWords(keySource, report.keyFile?.path));
}

/** Called what it is: a key file protects a copied store, not against whoever acts as this user. */
function inWords(source: KeySource, keyPath: string | undefined): string {
  switch (source) {
    case 'passphrase':
      return 'a passphrase, which was given and is right';
    case 'keychain':
      return "in the system's keychain, which gave it";
    case 'key-file':
      return `in the file ${keyPath ?? ''}: protects a copied store, not against programs of this user`;
  }
}
