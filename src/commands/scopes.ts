import { regions } from '../ground/regions.ts';
import type { Io } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { scopesIdLine, scopesJson, scopesMarkdown, scopesText } from '../output/scopes.ts';
import { show } from '../output/format.ts';
import { compareScopes } from '../scopes/compare.ts';
import { isFile } from '../store/backends.ts';
import { isAbsent } from '../store/file/store-paths.ts';
import { isConnected } from '../store/model/profile.ts';
import type { StoredProfile } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

export interface ScopesOptions {
  readonly profile: string;
  readonly json: boolean;
  readonly markdown: boolean;
  readonly ids: boolean;
  readonly open: boolean;
}

/**
 * Prints the checklist without a request to TikTok Shop. For a connected profile, it also shows which scopes the token
 * has. If the store can't be opened, it warns and prints the checklist anyway.
 */
export async function scopes(program: Program, options: ScopesOptions): Promise<ExitCode> {
  const { io, print } = program;
  const { profile: name, ids, markdown, json, open } = options;
  const stored = once(() => profileIfStored(io, name));
  if (ids) {
    print(scopesIdLine());
  } else {
    const { profile, failure } = await stored();
    if (failure !== undefined) io.say.warn(`The granted scopes aren’t known: ${failure.message}`);
    const connected = profile !== undefined && isConnected(profile);
    const result = { profile: name, connected, verdicts: compareScopes(profile) };
    if (markdown) print(scopesMarkdown(result));
    else show(program, json, result, scopesJson, scopesText);
  }
  if (open) await openAppPage(io, await stored());
  return 0;
}

/** Loads the code that opens a store only if there is one. */
async function profileIfStored(io: Io, name: string): Promise<StoredProfile> {
  if (isFile(io.env['OTTOKIT_TIKTOK_STORE']) && isAbsent(io)) return {};
  const { storedProfile } = await import('./open-store.ts');
  return await storedProfile(io, name);
}

async function openAppPage(io: Io, { profile, failure }: StoredProfile): Promise<void> {
  const { appPageUrl } = await import('../tiktok/portals.ts');
  const { region, serviceId } = profile?.app ?? {};
  if (region === undefined) {
    const why = failure?.message ?? 'the region isn’t chosen yet. Run `ottokit-tiktok connect` first.';
    io.say.warn(`The app’s page isn’t known: ${why}`);
    return;
  }
  const address = appPageUrl(region, serviceId);
  io.say.line(
    regions[region].pathsKnown
      ? 'The app’s page, where “Manage API” is:'
      : 'The app’s page, where “Manage API” should be. This address isn’t confirmed for the portal:',
  );
  io.say.value(address);
  const opened = await io.openBrowser(address);
  if (!opened.opened) io.say.warn(`No browser could be opened (${opened.why}). Open the address above yourself.`);
}
