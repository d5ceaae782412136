import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import type { Clipboard, TerminalOutput } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { clipboardPrograms } from '../../src/desktop/clipboard-programs.ts';
import { makeClipboard, type ClipboardSettings } from '../../src/desktop/clipboard.ts';
import { noShell, skipOnWindows } from '../tools/systems.ts';

const secret = new Secret('5f2c0d7e9a1b4c6d8e0f1a2b3c4d5e6f7a8b9c0d');

/** The limit for programs that exit by themselves, in milliseconds. Enough for a busy machine. */
const longLimit = 20_000;

/** A terminal that records what is written to it. */
function terminal(isTTY = true): { stderr: TerminalOutput; sent: () => string } {
  const stderr: TerminalOutput = Object.assign(new PassThrough(), { isTTY });
  let sent = '';
  stderr.on('data', (chunk: Buffer) => (sent += chunk.toString()));
  return { stderr, sent: () => sent };
}

const osc52 = (text: string): string => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-clipboard-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/**
 * A machine whose `xclip` is a script: it keeps the clipboard in a file and records how it was called.
 * @param script what it does instead
 */
async function machine(script?: string) {
  const root = await directory();
  const bin = join(root, 'bin');
  await mkdir(bin);
  const held = join(root, 'held');
  const calls = join(root, 'calls');
  const usual = `{ echo "$0 $*"; env; } >> ${calls}; case "$*" in *-out*) cat ${held};; *) cat > ${held};; esac`;
  await writeFile(join(bin, 'xclip'), `#!/bin/sh\n${script ?? usual}\n`);
  await chmod(join(bin, 'xclip'), 0o755);
  const { stderr, sent } = terminal();
  const env = {
    PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
    DISPLAY: ':77',
    TERM: 'dumb',
    OTTOKIT_TIKTOK_PASSPHRASE: 'passphrase-of-the-store',
  };
  const make = (more: Partial<ClipboardSettings> = {}): Clipboard =>
    makeClipboard({ env, platform: 'linux', stderr, limit: longLimit, ...more });
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  return {
    env,
    make,
    sent,
    held: () => read(held),
    calls: () => read(calls),
    fill: (text: string) => writeFile(held, text),
  };
}

describe('the system’s clipboard', () => {
  skipOnWindows(noShell);

  test('gets the text through stdin, and its program sees no secret in arguments or environment', async () => {
    const { make, held, calls } = await machine();
    expect(await make().copy(secret)).toEqual({ copied: true, by: 'system' });
    expect(await held()).toBe(secret.reveal());
    const called = await calls();
    expect(called).toContain('-selection clipboard -in');
    expect(called).not.toContain(secret.reveal());
    expect(called).not.toContain('passphrase-of-the-store');
  });

  test('loses a secret when it is cleared, but keeps the same text if it is copied later', async () => {
    const { make, held, fill } = await machine();
    const clipboard = make();
    await clipboard.copy(secret);
    await clipboard.clear();
    expect(await held()).toBe('');
    await fill(secret.reveal());
    await clipboard.clear();
    expect(await held()).toBe(secret.reveal());
  });

  test('keeps what the user has copied since', async () => {
    const { make, held, fill } = await machine();
    const clipboard = make();
    await clipboard.copy(secret);
    await fill('a shopping list');
    await clipboard.clear();
    expect(await held()).toBe('a shopping list');
  });

  test('keeps text that isn’t secret if it is copied while a secret is being cleared', async () => {
    const root = await directory();
    const path = join(root, 'held');
    const { make } = await machine(`case "$*" in
        *-out*) cat ${path};;
        *) text=$(cat); test -z "$text" && sleep 0.3; printf %s "$text" > ${path};;
      esac`);
    const held = (): Promise<string> => readFile(path, 'utf8');
    const clipboard = make();
    await clipboard.copy(secret);
    await Promise.all([clipboard.copy('7412345678901234567'), clipboard.clear()]);
    expect(await held()).toBe('7412345678901234567');
  });

  test('whose program can’t even be spawned reports that nothing was copied', async () => {
    const { make, env } = await machine();
    const clipboard = make({ env: { ...env, PATH: '/etc/passwd' } });
    expect(await clipboard.copy(secret)).toEqual({ copied: false });
    expect(await clipboard.copy('7412345678901234567')).toEqual({ copied: false });
    await clipboard.clear();
  });

  test('that can’t be read back is cleared anyway', async () => {
    const root = await directory();
    const held = join(root, 'held');
    const { make } = await machine(`case "$*" in
        *-out*) test -e ${held}.hangs && exec sleep 30; cat ${held};;
        *) cat > ${held};;
      esac`);
    const clipboard = make({ limit: 2_000 });
    expect(await clipboard.copy(secret)).toMatchObject({ by: 'system' });
    await writeFile(`${held}.hangs`, '');
    await clipboard.clear();
    expect(await readFile(held, 'utf8')).toBe('');
  });

  test.each([
    ['hangs', 'exec sleep 30'],
    ['fails', 'cat > /dev/null; exit 1'],
    ['reads nothing', 'exit 1'],
    ['only pretends to copy', 'cat > /dev/null'],
  ])('whose program %s is skipped, and the terminal’s is used', async (_, script) => {
    const { make, env, sent } = await machine(script);
    const copied = await make({ limit: 300, env: { ...env, TERM: 'xterm' } }).copy('text');
    expect(copied).toEqual({ copied: true, by: 'terminal' });
    expect(sent()).toBe(osc52('text'));
  });

  test('without a program that reaches it reports that nothing was copied', async () => {
    const { make, env } = await machine();
    const clipboard = make({ env: { ...env, PATH: '/nowhere' } });
    expect(await clipboard.copy(secret)).toEqual({ copied: false });
    await clipboard.clear();
  });
});

describe('the terminal’s clipboard', () => {
  const make = (env: Record<string, string>, isTTY = true) => {
    const { stderr, sent } = terminal(isTTY);
    return { clipboard: makeClipboard({ env, platform: 'linux', stderr }), sent };
  };

  test('is set with OSC 52, and a secret in it is overwritten only once', async () => {
    const { clipboard, sent } = make({ TERM: 'xterm-256color' });
    expect(await clipboard.copy(secret)).toEqual({ copied: true, by: 'terminal' });
    expect(sent()).toBe(osc52(secret.reveal()));
    await clipboard.clear();
    expect(sent()).toBe(osc52(secret.reveal()) + osc52(' ') + osc52(''));
    await clipboard.clear();
    expect(sent()).toHaveLength((osc52(secret.reveal()) + osc52(' ') + osc52('')).length);
  });

  test.each([
    'dumb',
    'linux',
    'linux-16color',
    'vt220',
    'vt100-nav',
    'wsvt25',
    'sun-color',
    'cons25r',
    'eterm-color',
    '',
  ])('isn’t used if TERM is “%s”', async (TERM) => {
    const { clipboard, sent } = make({ TERM });
    expect(await clipboard.copy(secret)).toEqual({ copied: false });
    expect(sent()).toBe('');
  });

  test('isn’t used without a terminal', async () => {
    const { clipboard, sent } = make({ TERM: 'xterm' }, false);
    expect(await clipboard.copy(secret)).toEqual({ copied: false });
    expect(sent()).toBe('');
  });
});

describe('the clipboard programs', () => {
  const names = (env: Record<string, string>, platform: NodeJS.Platform): string[] =>
    clipboardPrograms(env, platform).map(({ copy }) => copy[0]);

  test.each([
    ['macOS', {}, 'darwin', ['/usr/bin/pbcopy']],
    ['Windows', { SYSTEMROOT: 'D:\\W' }, 'win32', ['D:\\W\\System32\\WindowsPowerShell\\v1.0\\powershell.exe']],
    ['WSL', { WSL_DISTRO_NAME: 'Debian' }, 'linux', ['/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe']],
    ['Wayland with X', { WAYLAND_DISPLAY: 'w', DISPLAY: ':0' }, 'linux', ['wl-copy', 'xclip', 'xsel']],
    ['Linux without a screen', { DISPLAY: '' }, 'linux', []],
    ['a Mac over ssh', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin', []],
    ['ssh with a screen', { SSH_TTY: '/dev/pts/1', DISPLAY: 'localhost:10.0' }, 'linux', ['xclip', 'xsel']],
  ] as const)('are the right ones on %s', (_, env, platform, expected) => {
    expect(names(env, platform)).toEqual(expected);
  });

  test('on Windows keep a secret out of the clipboard history, and have time to start', () => {
    const [first] = clipboardPrograms({}, 'win32');
    const script = Buffer.from(first?.copy.at(-1) ?? '', 'base64').toString('utf16le');
    expect(script).toContain('ExcludeClipboardContentFromMonitorProcessing');
    expect(script).toContain('CanIncludeInClipboardHistory');
    expect(first?.timeoutMs).toBeGreaterThanOrEqual(10_000);
  });
});

describe('a real X clipboard', () => {
  const run = promisify(execFile);

  async function screen(context: TestContext, program: string): Promise<Record<string, string>> {
    for (const path of ['/usr/bin/Xvfb', `/usr/bin/${program}`]) {
      await access(path).catch(() => context.skip(`${path} is missing: apt-get install xvfb xclip xsel`));
    }
    const server = spawn('/usr/bin/Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    onTestFinished(async () => {
      server.kill();
      await once(server, 'exit');
    });
    const number: unknown[] = await once(server.stdio[3] as NodeJS.ReadableStream, 'data');
    const bin = await directory();
    await writeFile(join(bin, program), `#!/bin/sh\nexec /usr/bin/${program} "$@"\n`);
    await chmod(join(bin, program), 0o755);
    return { PATH: bin, HOME: bin, DISPLAY: `:${String(number[0]).trim()}`, TERM: 'dumb' };
  }

  test.for([
    ['xclip', '-selection', 'clipboard', '-out'],
    ['xsel', '--clipboard', '--output'],
  ])('is filled and cleared by %s', async ([program = '', ...reading], context) => {
    const env = await screen(context, program);
    const read = async (): Promise<string> =>
      (await run(`/usr/bin/${program}`, reading, { env }).catch(() => ({ stdout: '' }))).stdout;
    const { stderr } = terminal();
    const clipboard = makeClipboard({ env, platform: 'linux', stderr, limit: longLimit });
    expect(await clipboard.copy('6f2k9x0m4p7qa')).toEqual({ copied: true, by: 'system' });
    expect(await read()).toBe('6f2k9x0m4p7qa');
    expect(await clipboard.copy(secret)).toEqual({ copied: true, by: 'system' });
    expect(await read()).toBe(secret.reveal());
    await clipboard.clear();
    await expect.poll(read, { timeout: 10_000 }).toBe('');
  });
});
