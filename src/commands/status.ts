import { statusJson, statusText } from '../output/status.ts';
import { toJson } from '../output/format.ts';
import { fail } from '../ground/errors.ts';
import { profileMatcher, type Profile } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import { openStoreFor } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

export interface StatusOptions {
  /** A name or a pattern; `*` for every profile. */
  readonly profile: string;
  readonly json: boolean;
}

/**
 * @throws Failure profile-unknown if no profile matches, except for `*`; the first profile's failure if none can be
 *   read; as `openStore`
 */
export async function status(program: Program, { profile, json }: StatusOptions): Promise<ExitCode> {
  const { io, print, style } = program;
  const store = await openStoreFor(io, { first: profile });
  const { location: path, keySource } = store;
  const profiles = await matching(program, store, profile);
  if (profiles.length === 0) program.moveTo(profile);
  const result = { profiles, path, keySource, now: io.clock.now() };
  if (json) print(toJson(statusJson(result)));
  else await printPages(program, statusText(result, style));
  return 0;
}

/** Prints a screenful at a time in a terminal, otherwise everything at once. */
export async function printPages(
  { io, pages, print }: Pick<Program, 'pages' | 'print'> & { io: Pick<Program['io'], 'ask' | 'signal'> },
  text: string,
): Promise<void> {
  const all = pages(text);
  for (const [index, page] of all.entries()) {
    if (index > 0 && io.ask !== null) {
      const message = `Page ${String(index)} of ${String(all.length)}. Press Enter for the next page, or q to stop`;
      const key = await io.ask.pressKey({ id: 'next-page', message, signal: io.signal });
      if (key.toLowerCase() === 'q') return;
    }
    print(page);
  }
}

async function matching({ moveTo }: Program, store: Store, pattern: string): Promise<readonly Profile[]> {
  if (pattern === '*') return await readableIn(store);
  const known = await store.names();
  const names = known.filter(profileMatcher(pattern));
  if (names.length > 0) return await readableIn(store, names);
  moveTo(pattern);
  throw fail('profile-unknown', { profile: pattern, known });
}

async function readableIn(store: Store, names?: readonly string[]): Promise<readonly Profile[]> {
  const profiles = await store.profiles(names);
  // Throw the first profile's failure. Otherwise, unreadable profiles would look like an empty store.
  if (profiles.length === 0) for (const name of names ?? (await store.names())) await store.profile(name);
  return profiles;
}
