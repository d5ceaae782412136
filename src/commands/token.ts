import { freshToken } from '../connection/fresh-token.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { isoTime, toJson } from '../output/format.ts';
import { hostsFrom } from './hosts.ts';
import { openStoreFor } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

export interface TokenOptions {
  readonly profile: string;
  /** Minutes. */
  readonly minValidity: number;
  readonly json: boolean;
}

/** Prints an access token that `freshToken` considers valid for `minValidity` minutes, and nothing else on stdout. */
export async function token({ io, print }: Program, { profile, minValidity, json }: TokenOptions): Promise<ExitCode> {
  const hosts = hostsFrom(io);
  const store = await openStoreFor(io, { first: profile });
  const fresh = await withWaitMessage(io, 'Asking TikTok Shop for a fresh access token', () =>
    freshToken({ io, store, hosts }, profile, { minValidity: minValidity * 60_000 }),
  );
  if (!fresh.ok) throw fresh.failure;
  const accessToken = fresh.tokens.accessToken.reveal();
  const accessTokenExpiresAt = isoTime(fresh.tokens.accessTokenExpiresAt);
  print(json ? toJson({ profile, accessToken, accessTokenExpiresAt, refreshed: fresh.refreshed }) : accessToken);
  return 0;
}
