import { keyFileProtection } from '../../ground/words.ts';
import { blockedBy, type Check } from '../check.ts';
import { notYet, pass } from '../finding.ts';

/** Whether the key that opens the store is where it should be, and how well it is protected there. */
export const key: Check = {
  id: 'key',
  title: 'Key',
  group: 'store',
  whenLate: 'Unlock the keychain (sign in to the desktop), then try again.',
  async run(facts) {
    const { exists, keyFile } = await facts.inspection();
    if (!exists) return notYet('nothing is set up yet');
    const opening = await facts.store();
    if (!opening.ok) return blockedBy('key', [opening.owner], opening.failure, facts);
    const { keySource } = opening.store;
    switch (keySource) {
      case null:
        return notYet('nothing is set up yet');
      case 'passphrase':
        return pass('a passphrase, and the one given is correct');
      case 'keychain':
        return pass('in the system’s keychain, which is unlocked');
      case 'key-file':
        return pass(`in the file ${keyFile?.path ?? ''}, which ${keyFileProtection}`);
    }
  },
};
