import { keyFileProtection } from '../../ground/words.ts';
import { blockedBy, nothingYet, pass, whenStoredLate, type Check } from '../check.ts';

export const key: Check = {
  id: 'key',
  title: 'Key',
  group: 'store',
  whenLate: whenStoredLate,
  async run(facts) {
    const { exists, keyFile } = await facts.inspection();
    if (!exists) return nothingYet;
    const opening = await facts.store();
    if (!opening.ok) return blockedBy('key', [opening.owner], opening.failure, facts);
    const { keySource } = opening.store;
    if (keySource === null) return nothingYet;
    const places = {
      passphrase: 'protected by a passphrase, which opened the store',
      keychain: 'in the system’s keychain, which is unlocked',
      'key-file': `in the file ${keyFile?.path ?? ''}, which ${keyFileProtection}`,
    };
    return pass(places[keySource]);
  },
};
