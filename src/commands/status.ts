import { statusJson, statusText } from '../output/status.ts';
import { toJson } from '../output/json.ts';
import { fail } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import { profileMatcher } from '../store/model/profile-name.ts';
import type { Store } from '../store/store.ts';
import { openStoreFor } from './open-store.ts';
import { printPages } from './print-pages.ts';
import type { ExitCode, Program } from './program.ts';

export interface StatusOptions {
  /** A name or a pattern; `*` for every profile. */
  readonly profile: string;
  readonly json: boolean;
}

/**
 * Lists profiles from the store, without asking TikTok Shop.
 * @throws Failure profile-unknown when none matches; those of the store
 */
export async function status(program: Program, { profile, json }: StatusOptions): Promise<ExitCode> {
  const { io, print, style } = program;
  const store = await openStoreFor(io);
  const { location: path, keySource } = store;
  const profiles = await matching(store, profile);
  const result = { profiles, path, keySource, now: io.clock.now() };
  if (json) print(toJson(statusJson(result)));
  else await printPages(program, statusText(result, style));
  return 0;
}

async function matching(store: Store, pattern: string): Promise<readonly Profile[]> {
  if (pattern === '*') return await store.profiles();
  const known = await store.names();
  const names = known.filter(profileMatcher(pattern));
  if (names.length === 0) throw fail('profile-unknown', { profile: pattern, known });
  return await store.profiles(names);
}
