import type { KeySource, Moved } from '../store/store.ts';
import type { Style } from './style.ts';
import { keySourceInWords } from './words.ts';

export interface StoreMoveResult {
  readonly path: string;
  readonly from: KeySource;
  readonly to: KeySource;
  /** `false`: the key was there already. */
  readonly moved: boolean;
  /** Why the old key is still where it was. */
  readonly keyLeft?: string;
}

export interface StoreMoveJson {
  readonly store: string;
  readonly from: KeySource;
  readonly keySource: KeySource;
  readonly moved: boolean;
  /** Why the old key, which no longer opens the store, could not be removed; `null` when it is gone. */
  readonly oldKeyLeft: string | null;
}

export function storeMoveJson({ path, from, to, moved, keyLeft = null }: Wide<StoreMoveResult>): StoreMoveJson {
  return { store: path, from, keySource: to, moved, oldKeyLeft: keyLeft };
}

type Wide<T extends { keyLeft?: string }> = Omit<T, 'keyLeft'> & { readonly keyLeft?: string | null };

export function storeMoveText({ path, from, to, moved, keyLeft }: StoreMoveResult, { paint, glyphs }: Style): string {
  if (!moved) return `Nothing was changed. ${path}: ${keySourceInWords(to)} already.`;
  if (path.startsWith('postgresql:')) return databaseKeyText(path, to, `${paint.green(glyphs.pass)} `);
  const isNewPassphrase = from === 'passphrase' && to === 'passphrase';
  return [
    `${paint.green(glyphs.pass)} ${path}: ${isNewPassphrase ? 'locked with the new passphrase' : keySourceInWords(to)} now.`,
    ...(to === 'passphrase'
      ? ['  From now on every command needs it: in OTTOKIT_TIKTOK_PASSPHRASE, or typed in a terminal.']
      : []),
    ...(from === 'passphrase'
      ? ['  Older copies of the store still open with the old passphrase.']
      : keyLeft === undefined
        ? ['  Older copies of the store can’t be opened any more: their key is removed.']
        : [`  The old key, which opens only older copies of the store, is still there: ${keyLeft}`]),
  ].join('\n');
}

/** The database's key stays the same for everyone; this computer keeps it too, or the team has another passphrase. */
const databaseKeyText = (path: string, to: KeySource, mark: string): string =>
  to === 'passphrase'
    ? `${mark}${path} has another passphrase now.\n  Everyone needs it, except on computers that keep the key.`
    : `${mark}This computer keeps the key of ${path} in ${keySourceInWords(to)}, so it needs no passphrase.`;

export interface ProfilesMovedResult extends Moved {
  readonly from: string;
  readonly to: string;
}

export interface ProfilesMovedJson {
  readonly from: string;
  readonly store: string;
  readonly profiles: number;
  readonly oldKeyLeft: string | null;
}

export const profilesMovedJson = ({
  from,
  to,
  profiles,
  keyLeft = null,
}: Wide<ProfilesMovedResult>): ProfilesMovedJson => ({
  from,
  store: to,
  profiles,
  oldKeyLeft: keyLeft,
});

export function profilesMovedText(
  { from, to, profiles, keyLeft }: ProfilesMovedResult,
  toDatabase: boolean,
  { paint, glyphs }: Style,
): string {
  const count = profiles === 1 ? 'One profile is' : `${String(profiles)} profiles are`;
  return [
    `${paint.green(glyphs.pass)} ${count} in ${to} now, and no longer in ${from}.`,
    toDatabase
      ? '  Set OTTOKIT_TIKTOK_STORE to the database’s address for every later command.'
      : '  Unset OTTOKIT_TIKTOK_STORE: the file is used when it is not set.',
    ...(toDatabase
      ? ['  `ottokit-tiktok store move key-file` keeps the key here, so that no passphrase is needed.']
      : []),
    ...(keyLeft === undefined ? [] : [`  The old key, which no longer opens anything, is still there: ${keyLeft}`]),
  ].join('\n');
}
