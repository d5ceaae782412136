import { execFile } from 'node:child_process';

/**
 * Runs Node with each of these argument lists at once and returns their outputs. `through` is a command that runs it
 * elsewhere.
 */
export async function runAll(runs, { env, through = () => [] } = {}) {
  return await Promise.all(
    runs.map((args, index) => {
      const [command, ...rest] = [...through(index), process.execPath, ...args];
      return new Promise((resolve) => {
        execFile(command, rest, { env: env?.(index), maxBuffer: 2 ** 28 }, (error, stdout) => resolve(stdout));
      });
    }),
  );
}
