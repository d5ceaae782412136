import { areMany, statusJson, statusTableText, statusText } from '../output/status.ts';
import { toJson } from '../output/json.ts';
import { openStoreFor } from './context.ts';
import type { ExitCode, Program } from './program.ts';

export interface StatusOptions {
  readonly json: boolean;
}

/** Lists every profile from the store alone; asks TikTok Shop nothing. */
export async function status({ io, print, printText, style }: Program, { json }: StatusOptions): Promise<ExitCode> {
  const store = await openStoreFor(io);
  const { path, keySource, atOpening } = store;
  const common = { path, keySource, now: io.clock.now() };
  if (json) print(toJson(statusJson({ ...common, profiles: await store.profiles() })));
  // What the table tells is there without decrypting a secret.
  else if (areMany(atOpening)) printText(statusTableText({ ...common, profiles: atOpening }, style));
  else printText(statusText({ ...common, profiles: await store.profiles() }, style));
  return 0;
}
