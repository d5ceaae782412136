import { spawnSync } from 'node:child_process';

/** Which of these programs this machine lacks, as a reason to skip; `undefined` when all are there. */
export function missingPrograms(...programs: readonly string[]): string | undefined {
  const missing = programs.filter(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  return missing.length === 0 ? undefined : `not installed here: ${missing.join(', ')}`;
}
