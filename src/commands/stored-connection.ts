import { isFailure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import { openStoreFor } from './open-store.ts';

export interface StoredConnection {
  readonly connected: boolean;
  readonly profile?: Profile;
  /** The other profiles, if none has this name. */
  readonly others?: readonly string[];
  /** Why the store can't be read. */
  readonly why?: string;
}

/** Reads a stored profile, for a command that also works without one. Never asks for a passphrase. */
export async function storedConnection(io: Io, name: string): Promise<StoredConnection> {
  try {
    const store = await openStoreFor({ ...io, ask: null });
    if (!store.exists) return { connected: false };
    const profile = await store.profile(name);
    if (profile !== undefined) return { connected: isConnected(profile), profile };
    const others = await store.names();
    return { connected: false, ...(others.length === 0 ? {} : { others }) };
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return { connected: false, why: thrown.message };
  }
}
