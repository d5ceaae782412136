import { fail, isFailure, type Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import { openStoreFor } from './open-store.ts';

export interface StoredConnection {
  readonly connected: boolean;
  readonly profile?: Profile;
  /** Why the profile can't be read; profile-unknown if the store has none with this name. */
  readonly failure?: Failure;
}

/** Reads a stored profile, for a command that also works without one. Never asks for a passphrase. */
export async function storedConnection(io: Io, name: string): Promise<StoredConnection> {
  try {
    const store = await openStoreFor({ ...io, ask: null });
    const profile = await store.profile(name);
    if (profile === undefined) throw fail('profile-unknown', { profile: name, known: await store.names() });
    return { connected: isConnected(profile), profile };
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return { connected: false, failure: thrown };
  }
}
