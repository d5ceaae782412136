import type { KeyMoved, KeySource, Moved } from '../store/store.ts';
import { counted } from '../ground/words.ts';
import { keySourceInWords, mark, type Style } from './format.ts';

export interface KeyMoveResult extends KeyMoved {
  readonly path: string;
  readonly to: KeySource;
}

/** `oldKeyLeft` says why the old key, which no longer opens the store, could not be removed; `null` if none is left. */
export function keyMoveJson({ path, from, to, moved, keyLeft }: KeyMoveResult) {
  return { store: path, from, keySource: to, moved, oldKeyLeft: keyLeft ?? null };
}

export function keyMoveText({ path, from, to, moved, isShared, keyLeft }: KeyMoveResult, style: Style): string {
  const place = to === 'keychain' ? 'this computer’s keychain' : 'a key file on this computer';
  if (!moved) return `Nothing changed: the key of ${path} is already in ${place}.`;
  const done = mark('pass', style);
  // The team's key itself doesn't change. Either this computer keeps it now too, or the team has a new passphrase.
  if (isShared === true)
    return to === 'passphrase'
      ? `${done} ${path} has a new passphrase now.\n  Everyone needs it, except on computers that keep the key.`
      : `${done} The key of ${path} is also in ${place} now, so no passphrase is needed here.`;
  const lines = [`${done} ${path}: ${from === to ? 'locked with the new passphrase' : keySourceInWords(to)} now.`];
  if (to === 'passphrase')
    lines.push('  From now on, every command needs it: in OTTOKIT_TIKTOK_PASSPHRASE, or typed in a terminal.');
  if (from === 'passphrase') lines.push('  Older copies of the store still open with the old passphrase.');
  else if (keyLeft !== undefined) lines.push(oldKeyLeft(keyLeft));
  else lines.push('  Older copies of the store can no longer be opened: their key was removed.');
  return lines.join('\n');
}

const oldKeyLeft = (place: string): string =>
  `  The old key, which opens only older copies of the store, is still there: ${place}`;

export interface ProfilesMoveResult extends Moved {
  readonly from: string;
  readonly to: string;
  /** Whether `to` is the default store file. */
  readonly isFile: boolean;
  readonly keySource: KeySource | null;
}

export function profilesMoveJson({ from, to, profiles, keyLeft }: ProfilesMoveResult) {
  return { from, store: to, profiles, oldKeyLeft: keyLeft ?? null };
}

export function profilesMoveText(result: ProfilesMoveResult, style: Style): string {
  const { from, to, profiles, keyLeft, isFile, keySource } = result;
  return [
    `${mark('pass', style)} ${counted(profiles, 'profile')} ${profiles === 1 ? 'is' : 'are'} in ${to} now, and no longer in ${from}.`,
    isFile
      ? '  Unset OTTOKIT_TIKTOK_STORE: without it, the file is used.'
      : '  Set OTTOKIT_TIKTOK_STORE to its address for every later command.',
    ...(isFile || keySource !== 'passphrase' ? [] : [keepKeyHere]),
    ...(keyLeft === undefined ? [] : [oldKeyLeft(keyLeft)]),
  ].join('\n');
}

const keepKeyHere =
  '  `ottokit-tiktok store move key-file --store ADDRESS` keeps the key here, so that no passphrase is needed.';
