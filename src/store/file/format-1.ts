import { unseal } from '../cipher.ts';
import { defined } from '../../ground/defined.ts';
import type { DataKey } from '../keys/data-key.ts';
import { headerFields, type Envelope } from './envelope.ts';

/** A row of the index. It ends with the size in bytes and the tag of the profile's record. */
type Row = readonly [name: string, ...unknown: readonly unknown[], size: number, tag: string];

interface OldProfile {
  readonly journal: { readonly ottokitConfirmed?: boolean; readonly done?: { readonly finish?: number } };
  readonly redo?: object;
  readonly updatedAt: number;
}

/**
 * Reads format 1, which early builds wrote: an encrypted index, then a separately encrypted record for each profile.
 * @returns the JSON of each profile in the current format, or `null` if the key is wrong or a byte was changed
 */
export function readFormat1(envelope: Envelope, key: DataKey): readonly string[] | null {
  const { key: header, sealed, index = 0 } = envelope;
  const { iv, tag, data } = sealed;
  const fields = headerFields(1, header);
  const json = unseal({ iv, tag, data: data.subarray(0, index) }, { ...fields, index }, key);
  if (json === null) return null;
  const { rows } = JSON.parse(json) as { readonly rows: readonly Row[] };
  const profiles: string[] = [];
  let start = index;
  for (const row of rows) {
    const end = start + (row.at(-2) as number);
    const record = data.subarray(start, end);
    const tag = Buffer.from(row.at(-1) as string, 'base64');
    const parts = { iv: record.subarray(0, 12), tag, data: record.subarray(12) };
    const profile = unseal(parts, { ...fields, profile: row[0] }, key);
    if (profile === null) return null;
    profiles.push(JSON.stringify(upgraded(JSON.parse(profile) as OldProfile)));
    start = end;
  }
  return start === data.length ? profiles : null;
}

function upgraded({ redo: pendingReplacement, journal: old, ...rest }: OldProfile): object {
  const { ottokitConfirmed: connected, ...journal } = old;
  const confirmedAt = journal.done?.finish ?? rest.updatedAt;
  const ottokit = connected === undefined ? undefined : { connected, confirmedAt };
  return { ...rest, journal, ...defined({ ottokit, pendingReplacement }) };
}
