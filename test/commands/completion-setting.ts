import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { run } from '../../src/cli.ts';
import type { Program } from '../../src/commands/program.ts';
import { toJson } from '../../src/output/format.ts';
import { statusJson } from '../../src/output/status.ts';
import { Secret } from '../../src/ground/secret.ts';
import { makeHome, shellNames, type Home, type ShellName } from './completion-home.ts';
import { isInstalled, openFish, openTerminal, type Offers, type ShellSession } from './completion-shells.ts';
import { noTerminals, onWindows } from '../tools/systems.ts';

/** Returns the output of `ottokit-tiktok completion SHELL`. */
export async function printedScript(shell: ShellName | 'powershell'): Promise<string> {
  const printed: string[] = [];
  const program = { print: (text: string) => printed.push(text) } as unknown as Program;
  const exitCode = await run(['completion', shell], {
    version: '1.2.3',
    env: {},
    configDirectory: () => '/nowhere',
    makeProgram: () => program,
    columns: () => 80,
    write: (text) => printed.push(text),
  });
  if (exitCode !== 0) throw new Error(`completion ${shell} exited with ${String(exitCode)}`);
  return printed.join('\n');
}

/** The line at the top of each script that says how to install it. */
export const install: Record<ShellName, string> = {
  bash: 'source <(ottokit-tiktok completion bash)',
  zsh: 'source <(ottokit-tiktok completion zsh)',
  fish: 'ottokit-tiktok completion fish > ~/.config/fish/completions/ottokit-tiktok.fish',
};
export const compinit = 'autoload -Uz compinit; compinit -u -D';

/** The output of `status --json` for these profiles. */
export const statusOf = (...names: string[]): string =>
  toJson(
    statusJson({
      profiles: names.map((name) => ({
        name,
        app: { region: 'us' },
        journal: { done: {} },
        shops: [{ id: '7', name: 'Anna’s Tea', region: 'US', sellerType: 'LOCAL', cipher: new Secret('cipher') }],
        createdAt: 0,
        updatedAt: 0,
      })),
      keySource: 'passphrase',
      path: '/home/seller/.config/ottokit-tiktok/connections',
      now: 0,
    }),
  );

export interface OpenShell {
  readonly home: Home;
  readonly offers: (line: string) => Promise<Offers>;
  readonly enter: (keys: string) => Promise<void>;
}

/**
 * Opens the shell with a script installed, for the tests of one `describe`. Skips them if the shell is missing.
 * @param script what to install instead of the real one
 * @param how the lines that install it, for bash and zsh
 */
export function useShell(
  shell: ShellName,
  script: (shell: ShellName) => Promise<string> = printedScript,
  how?: string,
): OpenShell {
  let opened: { home: Home; session: ShellSession } | undefined;
  const now = (): { home: Home; session: ShellSession } => {
    if (opened === undefined) throw new Error(`${shell} is not open`);
    return opened;
  };
  beforeAll(async () => {
    if (onWindows || !isInstalled(shell)) return;
    const scripts = await Promise.all(shellNames.map(async (name) => [name, await script(name)] as const));
    const home = makeHome(scripts);
    opened = { home, session: await open(shell, home, how) };
  });
  beforeEach(({ skip }) => {
    skip(onWindows, noTerminals);
    skip(opened === undefined, `${shell} is not installed`);
    opened?.home.setStatus(statusOf('default', 'shop-2', 'token'));
  });
  afterAll(() => {
    opened?.session.close();
    opened?.home.remove();
  });
  return {
    get home() {
      return now().home;
    },
    offers: (line) => now().session.offers(line),
    enter: (keys) => now().session.enter(keys),
  };
}

async function open(shell: ShellName, home: Home, how?: string): Promise<ShellSession> {
  if (shell === 'bash') return await openTerminal('bash', home, how ?? install.bash);
  if (shell === 'zsh') return await openTerminal('zsh', home, how ?? `${compinit}\n${install.zsh}`);
  mkdirSync(join(home.path, '.config/fish/completions'), { recursive: true });
  const fish = openFish(home);
  await fish.enter(install.fish);
  return fish;
}
