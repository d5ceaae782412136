import type { DataKey } from '../keys/data-key.ts';
import type { KeyContext } from '../keys/store-key.ts';
import type { KeySource, OpenSettings } from '../store.ts';
import type { Database } from './database.ts';
import type { Safe } from './safe.ts';

/** The state of an open database. `path` is its address, for messages. */
export interface Session extends KeyContext, Pick<OpenSettings, 'waitNotice'> {
  readonly database: Database;
  readonly safe: Safe;
  found: { readonly key: DataKey; readonly source: KeySource } | null;
}

export function keyOf({ found }: Session): DataKey {
  if (found === null) throw new Error('the database was used before it had a key');
  return found.key;
}
