import { execFile } from 'node:child_process';

interface RunSettings {
  readonly env?: (index: number) => NodeJS.ProcessEnv;
  /** A command to run Node through, with its own arguments. */
  readonly through?: (index: number) => readonly string[];
}

/** Runs Node with all these argument lists at once and returns what each prints on stdout, even if it fails. */
export async function runAll(
  runs: readonly (readonly string[])[],
  { env = () => process.env, through = () => [] }: RunSettings = {},
): Promise<readonly string[]> {
  return await Promise.all(
    runs.map((args, index) => {
      const [command = '', ...rest] = [...through(index), process.execPath, ...args];
      return new Promise<string>((resolve) => {
        execFile(command, rest, { env: env(index), maxBuffer: 2 ** 28 }, (_, stdout) => {
          resolve(stdout);
        });
      });
    }),
  );
}
