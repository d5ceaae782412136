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
  const { location: path, keySource } = store;
  const profiles = await store.profiles();
  const result = { profiles, path, keySource, now: io.clock.now() };
  if (json) print(toJson(statusJson(result)));
  else printText((areMany(profiles) ? statusTableText : statusText)(result, style));
  return 0;
}
