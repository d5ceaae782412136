import { expect, test } from 'vitest';
import { withStoreFlag } from '../../src/ground/profile-flag.ts';
import { keyMoveText, profilesMoveText } from '../../src/output/store-move.ts';
import { plain } from '../doctor/examined.ts';

test.each([
  [
    'keychain',
    '✔ The key of postgresql://db/team is also in this computer’s keychain now, so no passphrase is needed here.',
  ],
  [
    'key-file',
    '✔ The key of postgresql://db/team is also in a key file on this computer now, so no passphrase is needed here.',
  ],
] as const)('the message says that a database’s key is now also kept on this computer: %s', (to, sentence) => {
  const moved = { path: 'postgresql://db/team', from: 'passphrase', to, moved: true, isShared: true } as const;
  expect(keyMoveText(moved, plain)).toBe(sentence);
});

test.each([
  ['keychain', 'Nothing changed: the key of /store is already in this computer’s keychain.'],
  ['key-file', 'Nothing changed: the key of /store is already in a key file on this computer.'],
] as const)('the message says that the key was already there: %s', (to, sentence) => {
  expect(keyMoveText({ path: '/store', from: to, to, moved: false }, plain)).toBe(sentence);
});

test('after a move, the advice is about the new store', () => {
  const moved = {
    from: '/a',
    to: 'postgresql://db/team',
    profiles: 1,
    isFile: false,
    keySource: 'passphrase',
  } as const;
  expect(withStoreFlag(profilesMoveText(moved, plain), 'file')).not.toContain('--store file');
});
