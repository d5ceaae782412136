import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';

export const shellNames = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shellNames)[number];

export function isInstalled(shell: ShellName): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, shell), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A person's home: where a shell starts, with an `ottokit-tiktok` that notes how it is called. */
export interface Home {
  readonly path: string;
  /** What `status --json` prints from now on. */
  status(json: string): void;
  /** The arguments of every call so far but those that shells make to complete, one word in each pair of brackets. */
  calls(): readonly string[];
  /** How often `status --json` was called. */
  lookups(): number;
  remove(): void;
}

/** The fake program waits for stdin to end, so whoever lets it read the terminal hangs; and it is noisy on stderr. */
export function makeHome(script: (shell: ShellName) => string): Home {
  const path = mkdtempSync(join(tmpdir(), 'completion-'));
  mkdirSync(join(path, 'bin'));
  for (const shell of shellNames) writeFileSync(join(path, `script.${shell}`), `${script(shell)}\n`);
  const program = join(path, 'bin', 'ottokit-tiktok');
  writeFileSync(
    program,
    `#!/bin/sh
case "$*" in
  'status --json')
    echo >> '${path}/lookups'
    echo 'NOISE: Passphrase of the store?' >&2
    cat > /dev/null
    cat '${path}/status.json'
    exit 1 ;;
  completion\\ *) cat "${path}/script.$2" ;;
  *) printf '<%s>' "$@" >> '${path}/calls'; echo >> '${path}/calls' ;;
esac
`,
  );
  chmodSync(program, 0o755);
  const lines = (name: string): readonly string[] =>
    existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8').split('\n').slice(0, -1) : [];
  return {
    path,
    status: (json) => {
      writeFileSync(join(path, 'status.json'), `${json}\n`);
    },
    calls: () => lines('calls'),
    lookups: () => lines('lookups').length,
    remove: () => {
      rmSync(path, { recursive: true });
    },
  };
}

/** What a shell offers: each word with its description, where there is one, sorted by word. */
export type Offers = Readonly<Record<string, string>>;

export interface ShellSession {
  /** What is offered at the end of this line. */
  offers(line: string): Promise<Offers>;
  /** Types the keys and Enter, and waits until the command has run. */
  enter(keys: string): Promise<void>;
  close(): void;
}

/** How long a shell may take for one answer, in milliseconds. */
const limit = 15_000;
const prompt = 'READY> ';

function environment(home: Home): Record<string, string> {
  return {
    PATH: `${join(home.path, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home.path,
    ZDOTDIR: home.path,
    INPUTRC: '/dev/null',
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
  };
}

/** Control-T lists what is possible and inserts nothing. */
const startFiles: Record<'bash' | 'zsh', (install: string) => { name: string; text: string; args: string[] }> = {
  bash: (install) => ({
    name: '.bashrc',
    args: ['-i'],
    text: `PS1='${prompt}'; unset PROMPT_COMMAND HISTFILE
bind 'set bell-style none'; bind 'set completion-query-items 0'; bind 'set page-completions off'
bind 'set completion-display-width 1' 2>/dev/null; bind 'set enable-bracketed-paste off' 2>/dev/null
bind '"\\C-t": possible-completions'
${install}
`,
  }),
  zsh: (install) => ({
    name: '.zshrc',
    args: ['-d', '-i'],
    text: `PROMPT='${prompt}'; unsetopt prompt_sp beep; LISTMAX=1000
list() { zle list-choices; zle -R; }
zle -N list; bindkey -e; bindkey '^T' list; zstyle ':completion:*' verbose yes
${install}
`,
  }),
};

/** An interactive shell in a terminal of its own, started with the given lines in its start file. */
export async function openTerminal(shell: 'bash' | 'zsh', home: Home, install: string): Promise<ShellSession> {
  const { name, text, args } = startFiles[shell](install);
  writeFileSync(join(home.path, name), text);
  const terminal = spawn(shell, args, { cols: 250, rows: 200, cwd: home.path, env: environment(home) });
  let seen = '';
  let ended = false;
  let look = (): void => undefined;
  terminal.onData((data) => {
    seen += data;
    look();
  });
  terminal.onExit(() => {
    ended = true;
    look();
  });
  const until = (expected: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const give = (settle: () => void): void => {
        clearTimeout(timer);
        look = () => undefined;
        settle();
      };
      const timer = setTimeout(() => {
        give(() => {
          reject(new Error(`${shell} did not show “${expected}” but:\n${seen}`));
        });
      }, limit);
      look = () => {
        const screen = stripVTControlCharacters(seen).replace(/[\r\n]+/g, '\n');
        if (screen.includes(expected)) {
          give(() => {
            resolve(screen);
          });
        } else if (ended) {
          give(() => {
            reject(new Error(`${shell} ended after:\n${seen}`));
          });
        }
      };
      look();
    });
  let count = 0;
  /** Types, then lets the shell itself say when it is through. */
  const type = async (keys: string): Promise<string> => {
    count += 1;
    seen = '';
    terminal.write(`${keys}echo 'do'ne-${String(count)}\r`);
    return await until(`\ndone-${String(count)}\n${prompt}`);
  };
  await until(prompt);
  return {
    offers: async (line) => offersOn(await type(`${line}\x14\x15`)),
    enter: async (keys) => {
      await type(`${keys}\r`);
    },
    close: () => {
      terminal.kill();
    },
  };
}

/** The list stands between the line typed and the prompt after it. */
function offersOn(screen: string): Offers {
  const lines = screen.split('\n').slice(1);
  const list = lines.slice(0, lines.findIndex((line) => line.startsWith(prompt) || line.startsWith('done-')));
  return sorted(
    list.flatMap((line) => {
      const described = /^(\S+) +-- (.*\S) *$/.exec(line);
      if (described !== null) return [[described[1] ?? '', described[2] ?? '']];
      return line.split(/ {2,}/).filter((word) => word.trim() !== '').map((word) => [word.trim(), '']);
    }),
  );
}

const sorted = (pairs: readonly (readonly string[])[]): Offers =>
  Object.fromEntries([...pairs].sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) as [string, string][]);

/** Fish can be asked without a terminal. It gives the whole word, which is cut here as the others do. */
export function openFish(home: Home): ShellSession {
  const run = (code: string, ...args: string[]): string =>
    execFileSync('fish', ['-c', code, ...args], { env: environment(home), cwd: home.path, encoding: 'utf8', timeout: limit });
  return {
    offers: (line) => {
      const lines = run('complete -C $argv[1]', line).split('\n').slice(0, -1);
      const pairs = lines.map((each) => each.split('\t')).map(([word = '', told = '']) => [word.replace(/^--[^=]*=/, ''), told]);
      return Promise.resolve(sorted(pairs));
    },
    enter: (code) => {
      run(code);
      return Promise.resolve();
    },
    close: () => undefined,
  };
}
