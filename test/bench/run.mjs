import { execFile } from 'node:child_process';

/** Runs Node with these arguments, all at once; what each printed. `through`: what runs it elsewhere. */
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
