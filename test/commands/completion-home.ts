import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export const shellNames = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shellNames)[number];

/** A home directory for a shell, with an `ottokit-tiktok` on the PATH that records how it is called. */
export interface Home {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Sets what `ottokit-tiktok status --json` prints from now on. */
  setStatus(json: string): void;
  /** What each call of `status --json` read from stdin, in brackets. */
  lookups(): readonly string[];
  /** The arguments of all other calls, each word in brackets. */
  calls(): readonly string[];
  remove(): void;
}

/**
 * The stub prints these completion scripts. On `status --json`, it reads stdin to the end and writes to stderr, so a
 * script that connects it to the terminal hangs or shows its output.
 */
export function makeHome(scripts: readonly (readonly [ShellName, string])[]): Home {
  const path = mkdtempSync(join(tmpdir(), 'completion-'));
  const bin = join(path, 'bin');
  mkdirSync(bin);
  for (const [shell, text] of scripts) writeFileSync(join(path, `script.${shell}`), `${text}\n`);
  writeFileSync(join(path, 'my secret.txt'), '');
  writeFileSync(join(bin, 'ottokit-tiktok'), program(path));
  chmodSync(join(bin, 'ottokit-tiktok'), 0o755);
  const linesOf = (name: string): readonly string[] =>
    existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8').split('\n').slice(0, -1) : [];
  return {
    path,
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      HOME: path,
      ZDOTDIR: path,
      INPUTRC: '/dev/null',
      TERM: 'dumb',
      LC_ALL: 'C.UTF-8',
    },
    setStatus: (json) => {
      writeFileSync(join(path, 'status.json'), `${json}\n`);
    },
    lookups: () => linesOf('lookups'),
    calls: () => linesOf('calls'),
    remove: () => {
      rmSync(path, { recursive: true });
    },
  };
}

const program = (home: string): string => `#!/bin/sh
cd '${home}' || exit
case "$*" in
  'status --json')
    echo 'Passphrase for the store?' >&2
    printf '[%s]\\n' "$(cat)" >> lookups
    cat status.json ;;
  'completion '*) cat "script.$2" ;;
  *)
    printf '[%s]' "$@" >> calls
    echo >> calls ;;
esac
`;
