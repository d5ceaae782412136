import { given, type Env } from '../ground/env.ts';
import type { Io } from '../ground/io.ts';
import type { Region } from '../ground/regions.ts';
import { hostsOf, loopbackOrigin, type Hosts } from '../tiktok/portals.ts';

/** Returns the loopback address that replaces TikTok Shop's API hosts, if any. @throws Failure origin-not-loopback */
export function originFrom(env: Env): string | undefined {
  const value = given(env, 'OTTOKIT_TIKTOK_ORIGIN');
  return value === undefined ? undefined : loopbackOrigin(value);
}

/** Returns a function from a region to its hosts. If an address replaces them, shows it. @throws as `originFrom` */
export function hostsFrom(io: Pick<Io, 'env' | 'say'>): (region: Region) => Hosts {
  const origin = originFrom(io.env);
  if (origin !== undefined) io.say.line(`OTTOKIT_TIKTOK_ORIGIN is in use: ${origin} replaces TikTok Shop.`);
  return (region) => hostsOf(region, origin);
}
