import { fewOf } from '../ground/words.ts';
import { fail } from '../ground/errors.ts';
import { settingsPath } from '../settings/read-settings.ts';
import { changeSetting } from '../settings/settings-file.ts';
import { validProfileName } from '../store/model/profile-name.ts';
import type { ExitCode, Program } from './program.ts';
import { storedConnection } from './stored-connection.ts';

/**
 * Sets the default profile. If it doesn't exist yet, only warns.
 * @throws Failure profile-name-refused; settings-unreadable; settings-unwritable
 */
export async function use(
  { io }: Pick<Program, 'io'>,
  { profile: name }: { readonly profile: string },
): Promise<ExitCode> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  await changeSetting(settingsPath(io.configDirectory), 'profile', name);
  io.say.done(`${name} is now the default profile.`);
  const { profile, others = [], why } = await storedConnection(io, name);
  if (profile !== undefined || why !== undefined) return 0;
  const known = others.length === 0 ? '' : ` (you have: ${fewOf(others)})`;
  io.say.warn(`There’s no profile “${name}” yet${known}. \`ottokit-tiktok connect\` sets it up.`);
  return 0;
}
