import { Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { completion } from '../../src/commands/completion.ts';
import type { ShellName } from './completion-home.ts';
import type { Offers } from './completion-shells.ts';
import { compinit, install, printedScript, useShell } from './completion-setting.ts';

describe.each(['bash', 'zsh'] as const)('the words that Tab completes in %s reach the program', (shell) => {
  const opened = useShell(shell);

  test.each([
    ['con\t--region r\t--capture li\t--dem\t', '[connect][--region][row][--capture][listener][--demo]'],
    ['connect --region=u\t--capture=p\t', '[connect][--region=us][--capture=paste]'],
    ['doctor --profile=sh\ttok\tsco\t--str\t', '[doctor][--profile=shop-2][token][scopes][--strict]'],
    [
      'connect --redirect-url http://127.0.0.1:8717/ --yes --res\t',
      '[connect][--redirect-url][http://127.0.0.1:8717/][--yes][--restart]',
    ],
    ['connect --app-secret-file my\t--dem\t', '[connect][--app-secret-file][my secret.txt][--demo]'],
    ['connect --app-secret-file=my\t--dem\t', '[connect][--app-secret-file=my secret.txt][--demo]'],
    [`doctor --profile 'sh\ttok\t`, '[doctor][--profile][shop-2][token]'],
    [`doctor --profile "sh\ttok\t`, '[doctor][--profile][shop-2][token]'],
    ['scopes > /dev/nul\t--mark\t', '[scopes][--markdown]'],
    ['scopes </dev/nul\t--mark\t', '[scopes][--markdown]'],
    ['settings 2>/dev/null g\tpo\t', '[settings][get][port]'],
  ])('%s', async (keys, expected) => {
    await opened.enter(`ottokit-tiktok ${keys}`);
    expect(opened.home.calls().at(-1)).toBe(expected);
  });
});

describe('the other installation methods', () => {
  describe('eval in ~/.bashrc, for bash 3.2', () => {
    const way = 'eval "$(ottokit-tiktok completion bash)"';
    const { offers } = useShell('bash', printedScript, way);

    test('works, and the script mentions it', async () => {
      expect(Object.keys(await offers('ottokit-tiktok completion '))).toEqual(['bash', 'fish', 'powershell', 'zsh']);
      expect(await printedScript('bash')).toContain(`#   ${way}\n`);
    });
  });

  describe('a bash that doesn’t split words at = and :, like 3.2', () => {
    const opened = useShell('bash', printedScript, `COMP_WORDBREAKS=\${COMP_WORDBREAKS//[=:]/}; ${install.bash}`);

    test('completes values after the = too', async () => {
      await opened.enter('ottokit-tiktok connect --redirect-url http://127.0.0.1:1/ --region=u\t--profile=sh\t--dem\t');
      expect(opened.home.calls()).toEqual([
        '[connect][--redirect-url][http://127.0.0.1:1/][--region=us][--profile=shop-2][--demo]',
      ]);
    });
  });

  describe('a ~/.zshrc that never loads compinit', () => {
    const { offers } = useShell('zsh', printedScript, install.zsh);

    test('works', async () => {
      expect(Object.keys(await offers('ottokit-tiktok completion '))).toEqual(['bash', 'fish', 'powershell', 'zsh']);
    });
  });

  describe('a file in zsh’s $fpath', () => {
    const save = 'mkdir ~/functions; ottokit-tiktok completion zsh > ~/functions/_ottokit-tiktok';
    const { offers } = useShell('zsh', printedScript, `${save}; fpath=(~/functions $fpath); ${compinit}`);

    test('works from the first Tab on', async () => {
      for (const _ of ['first', 'second']) {
        expect(Object.keys(await offers('ottokit-tiktok completion '))).toEqual(['bash', 'fish', 'powershell', 'zsh']);
      }
    });
  });
});

describe.each(['bash', 'zsh'] as const)('an alias for sed in %s', (shell) => {
  const way = `alias sed='sed -E'; ${shell === 'zsh' ? compinit : ''}\n${install[shell]}`;
  const { offers } = useShell(shell, printedScript, way);

  test('doesn’t hide the profiles', async () => {
    expect(Object.keys(await offers('ottokit-tiktok token --profile '))).toEqual(['default', 'shop-2', 'token']);
  });
});

describe.each(['zsh', 'fish'] as const)('suggestions in %s have descriptions', (shell) => {
  const { offers } = useShell(shell);

  test('for commands and flags', async () => {
    expect(await offers('ottokit-tiktok stat')).toEqual({
      status: 'list every profile: shops, scopes and expiry as stored',
    });
    expect(await offers('ottokit-tiktok connect --ser')).toEqual({
      '--service-id': "Service ID: the 19-digit number under the app's name",
    });
  });
});

describe.each(['bash', 'zsh', 'fish'] as const)('characters that are special in %s', (shell) => {
  const special = String.raw`it's [a] "b": \c $HOME $(touch ran) ${'`touch ran`'} %d 100% {e,f} *; <g> | & ~ \' \: \]`;
  const cli = new Command().helpOption(false);
  cli
    .command('one')
    .helpOption(false)
    .description(`one ${special}`)
    .option('--flag', `--flag ${special}`)
    .addOption(new Option('--two <n>', `--two ${special}`).choices(['x', 'y']));
  cli.command('other').helpOption(false).description(`other ${special}`);
  const script = (name: ShellName): Promise<string> => {
    let printed = '';
    completion({ print: (text) => (printed = text) }, { shell: name }, cli);
    return Promise.resolve(printed);
  };
  const { offers } = useShell(shell, script);
  const shown = (...words: string[]): Offers =>
    Object.fromEntries(words.map((word) => [word, shell === 'bash' ? '' : `${word} ${special}`]));

  test('are shown unchanged in a description', async () => {
    expect(await offers('ottokit-tiktok o')).toEqual(shown('one', 'other'));
    expect(await offers('ottokit-tiktok one --')).toEqual(shown('--flag', '--two'));
    expect(Object.keys(await offers('ottokit-tiktok one --two='))).toEqual(['x', 'y']);
  });
});
