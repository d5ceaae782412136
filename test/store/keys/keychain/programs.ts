import { spawnSync } from 'node:child_process';

/** The programs that are missing on this machine, as a reason to skip; `undefined` if there are none. */
export function missingPrograms(...programs: readonly string[]): string | undefined {
  const missing = programs.filter(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  return missing.length === 0 ? undefined : `not installed here: ${missing.join(', ')}`;
}
