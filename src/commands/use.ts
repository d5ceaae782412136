import { fail } from '../ground/errors.ts';
import { settingsPath } from '../settings/settings.ts';
import { changeSetting } from '../settings/settings-file.ts';
import { validProfileName } from '../store/model/profile.ts';
import { storedProfile } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

/** Sets the default profile. Warns if there is no such profile. @throws Failure profile-name-refused; as `changeSetting` */
export async function use({ io, moveTo }: Program, { profile: name }: { readonly profile: string }): Promise<ExitCode> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  await changeSetting(io, settingsPath(io.configDirectory()), 'profile', name);
  // The environment may name another profile, so the command in the warning names this one.
  moveTo(name);
  io.say.done(`${name} is now the default profile.`);
  const { failure } = await storedProfile(io, name);
  if (failure?.code === 'profile-unknown')
    io.say.warn(`${failure.message} To set it up, run \`ottokit-tiktok connect\`.`);
  return 0;
}
