import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn, type IPty } from '@lydell/node-pty';
import type { Home, ShellName } from './completion-home.ts';

export const isInstalled = (shell: ShellName): boolean => spawnSync(shell, ['-c', 'true']).error === undefined;

/** The suggestions of a shell: each word, with its description if the shell shows one. */
export type Offers = Readonly<Record<string, string>>;

export interface ShellSession {
  /** Returns the suggestions at the end of this line. */
  offers(line: string): Promise<Offers>;
  /** Types the keys and Enter. Resolves when the command has run. */
  enter(keys: string): Promise<void>;
  close(): void;
}

/** How long a shell may take to answer, in milliseconds. */
const limit = 15_000;
const prompt = 'READY> ';
const controlT = '\x14';
const controlU = '\x15';

/** Control-T lists the suggestions and inserts nothing; Control-U clears the line. */
const startFiles = {
  bash: {
    name: '.bashrc',
    args: ['-i'],
    text: String.raw`PS1='${prompt}'; unset PROMPT_COMMAND HISTFILE
bind 'set bell-style none'; bind 'set completion-query-items 0'; bind 'set page-completions off'
bind 'set completion-display-width 1' 2>/dev/null; bind 'set enable-bracketed-paste off' 2>/dev/null
bind '"\C-t": possible-completions'`,
  },
  zsh: {
    name: '.zshrc',
    args: ['-d', '-i'],
    text: String.raw`PROMPT='${prompt}'; LISTMAX=1000; unsetopt prompt_sp beep; zstyle ':completion:*' verbose yes
list() { zle list-choices; zle -R }
zle -N list; bindkey -e; bindkey '^T' list; bindkey '^U' kill-whole-line`,
  },
};

/** Opens the shell in a terminal, with `install` in the user's startup file. */
export async function openTerminal(shell: 'bash' | 'zsh', home: Home, install: string): Promise<ShellSession> {
  const { name, args, text } = startFiles[shell];
  writeFileSync(join(home.path, name), `${text}\n${install}\n`);
  const terminal = spawn(shell, args, { cols: 250, rows: 200, cwd: home.path, env: home.env });
  const screen = watch(terminal, shell);
  let count = 0;
  const type = async (keys: string): Promise<string> => {
    count += 1;
    screen.clear();
    // The shell prints this once it has processed the keys.
    terminal.write(`${keys}echo 'do'ne-${String(count)}\r`);
    return await screen.until(`\ndone-${String(count)}\n${prompt}`);
  };
  await screen.until(prompt);
  return {
    offers: async (line) => offersOn(await type(`${line}${controlT}${controlU}`), line),
    enter: async (keys) => {
      await type(`${keys}\r`);
    },
    close: () => {
      terminal.kill();
    },
  };
}

/** Collects what a terminal shows, without control sequences and empty lines. */
function watch(terminal: IPty, shell: string): { clear(): void; until(expected: string): Promise<string> } {
  let seen = '';
  let look = (): void => undefined;
  terminal.onData((data) => {
    seen += data;
    look();
  });
  return {
    clear: () => {
      seen = '';
    },
    until: (expected) =>
      new Promise((resolve, reject) => {
        const tooLate = setTimeout(() => {
          reject(new Error(`${shell} did not show “${expected.trim()}” but:\n${seen}`));
        }, limit);
        look = () => {
          const text = stripVTControlCharacters(seen).replace(/[\r\n]+/g, '\n');
          if (!text.includes(expected)) return;
          clearTimeout(tooLate);
          look = () => undefined;
          resolve(text);
        };
        look();
      }),
  };
}

/**
 * The suggestions are between the typed line and the next prompt. After a line without suggestions, bash completes a
 * single suggestion instead of listing it.
 */
function offersOn(screen: string, typed: string): Offers {
  const [first = '', ...lines] = screen.split('\n');
  if (first.startsWith(typed) && first.length > typed.length) return { [first.trim().split(/[ =]/).at(-1) ?? '']: '' };
  const end = lines.findIndex((line) => line.startsWith(prompt) || line.includes("echo 'do'ne-"));
  return sorted(
    lines.slice(0, end).flatMap((line): [string, string][] => {
      const described = /^(\S+) +-- (.*\S) *$/.exec(line);
      if (described !== null) return [[described[1] ?? '', described[2] ?? '']];
      const words = line.split(/ {2,}/).filter((word) => word !== '');
      return words.map((word) => [word.trim(), '']);
    }),
  );
}

const sorted = (pairs: readonly [string, string][]): Offers =>
  Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Asks fish, which needs no terminal for this. Fish suggests the whole word, so this keeps the part after the `=`, as
 * the other shells show it.
 */
export function openFish(home: Home): ShellSession {
  const typed = join(home.path, 'typed');
  writeFileSync(typed, 'not for the program\n');
  const run = (code: string, ...args: string[]): string => {
    const stdin = openSync(typed, 'r');
    const { stdout, stderr, error } = spawnSync('fish', ['-c', code, ...args], {
      env: home.env,
      cwd: home.path,
      stdio: [stdin, 'pipe', 'pipe'],
      timeout: limit,
      encoding: 'utf8',
    });
    closeSync(stdin);
    if (error !== undefined || stderr !== '') throw new Error(`fish said:\n${stderr}`, { cause: error });
    return stdout;
  };
  return {
    offers: (line) => {
      const offered = run('complete -C $argv[1]', line).split('\n').slice(0, -1);
      const pairs = offered.map((each): [string, string] => {
        const [word = '', description = ''] = each.split('\t');
        return [word.replace(/^--[^=]*=/, ''), description];
      });
      return Promise.resolve(sorted(pairs));
    },
    enter: (code) => {
      run(code);
      return Promise.resolve();
    },
    close: () => undefined,
  };
}
