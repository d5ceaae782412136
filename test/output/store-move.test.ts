import { expect, test } from 'vitest';
import { keyMoveText } from '../../src/output/store-move.ts';
import { plain } from '../doctor/examined.ts';

test.each([
  [
    'keychain',
    "✔ The key of postgresql://db/team is also in this computer's keychain now, so no passphrase is needed here.",
  ],
  [
    'key-file',
    '✔ The key of postgresql://db/team is also in a key file on this computer now, so no passphrase is needed here.',
  ],
] as const)('a database’s key that is kept in the %s, too, is reported in a sentence', (to, sentence) => {
  const moved = { path: 'postgresql://db/team', from: 'passphrase', to, moved: true, isShared: true } as const;
  expect(keyMoveText(moved, plain)).toBe(sentence);
});
