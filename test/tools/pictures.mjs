// Makes the pictures of the README from real runs: the program in a pseudo-terminal, read by a terminal emulator, set as
// SVG. `npm run pictures` writes them to .github/.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'bin/ottokit-tiktok.cjs');
const columns = 100;
const directory = await mkdtemp(join(tmpdir(), 'pictures-'));

try {
  const { startSimulator } = await load('src/simulator/simulator.ts');
  await picture('wizard', await run(['connect', '--demo'], {}), { from: /^1\/7/, to: /^Next:/ });

  const redirectUrl = 'http://127.0.0.1:8717/callback';
  const simulator = await startSimulator({ redirectUrl, autoApprove: true });
  const world = {
    OTTOKIT_TIKTOK_ORIGIN: simulator.origin,
    OTTOKIT_TIKTOK_CONFIG_DIR: join(directory, 'config'),
    OTTOKIT_TIKTOK_APP_SECRET: simulator.app.appSecret,
    BROWSER: await follower(),
    HOME: directory,
    DBUS_SESSION_BUS_ADDRESS: '',
  };
  const { appKey, serviceId } = simulator.app;
  await run(
    [
      'connect',
      '--region',
      'row',
      '--redirect-url',
      redirectUrl,
      '--app-key',
      appKey,
      '--service-id',
      serviceId,
      '--yes',
    ],
    world,
  );
  simulator.revoke();
  await picture('doctor', await run(['doctor'], world), { from: /^Program/, to: /^Next:/ });
  await simulator.close();
  await callbackPage();
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Runs the program in a pseudo-terminal to its end; gives its screen, scrolled-off lines included. */
async function run(args, env) {
  const terminal = new xterm.Terminal({ cols: columns, rows: 50, scrollback: 2000, allowProposedApi: true });
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const child = pty.spawn(process.execPath, [program, ...args], {
    cols: columns,
    rows: 50,
    env: { ...inherited, LANG: 'C.UTF-8', TERM: 'xterm-256color', FORCE_COLOR: '1', ...env },
  });
  await new Promise((resolve) => {
    child.onData((data) => terminal.write(data));
    child.onExit(() => terminal.write('', resolve));
  });
  const buffer = terminal.buffer.active;
  return Array.from({ length: buffer.length }, (_, row) => cellsOf(buffer.getLine(row)));
}

function cellsOf(line) {
  return Array.from({ length: columns }, (_, column) => {
    const cell = line.getCell(column);
    return {
      text: cell.getChars() || ' ',
      width: cell.getWidth(),
      style: [cell.isFgPalette() ? `c${cell.getFgColor()}` : '', cell.isBold() ? 'b' : '', cell.isDim() ? 'd' : '']
        .join(' ')
        .trim(),
    };
  }).filter(({ width }) => width > 0);
}

/** Writes the rows from one line to another as SVG. */
async function picture(name, rows, { from, to }) {
  const texts = rows.map((cells) =>
    cells
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
  const first = texts.findIndex((text) => from.test(text));
  const last = texts.findLastIndex((text) => to.test(text));
  if (first < 0 || last < first) throw new Error(`${name}: the run does not show what it should:\n${texts.join('\n')}`);
  await writeFile(join(root, '.github', `${name}.svg`), svg(rows.slice(first, last + 1)));
}

function svg(rows) {
  const [cell, line, edge] = [8.4, 19, 20];
  const width = Math.round(columns * cell + 2 * edge);
  const height = rows.length * line + 2 * edge;
  const lines = rows.map((cells, row) => {
    const y = edge + (row + 0.75) * line;
    return `<text x="${edge}" y="${y.toFixed(1)}" xml:space="preserve">${spans(cells)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d6deeb}.b{font-weight:700}.d{opacity:.65}.c1{fill:#ff7b72}.c2{fill:#7ee787}.c3{fill:#e3b341}.c6{fill:#76e3ea}</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${lines.join('\n')}
</svg>
`;
}

function spans(cells) {
  const runs = [];
  for (const { text, style } of cells) {
    const before = runs.at(-1);
    if (before?.style === style) before.text += text;
    else runs.push({ style, text });
  }
  const last = runs.at(-1);
  if (last !== undefined) last.text = last.text.trimEnd();
  const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return runs
    .map(({ style, text }) => (style === '' ? escaped(text) : `<tspan class="${style}">${escaped(text)}</tspan>`))
    .join('');
}

/** The page of a callback that was accepted, as Chromium shows it. */
async function callbackPage() {
  const { page: pageOf } = await load('src/listener/pages.ts');
  const { html } = pageOf({ kind: 'connected', shops: [{ name: 'Demo Shop', region: 'GB' }] });
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width: 800, height: 420 }, colorScheme: 'light' });
  await page.setContent(html);
  await page.screenshot({ path: join(root, '.github/callback.png') });
  await browser.close();
}

/** A browser that only follows redirects. */
async function follower() {
  const path = join(directory, 'browser.mjs');
  await writeFile(path, `#!${process.execPath}\nawait (await fetch(process.argv[2])).text();\n`, { mode: 0o755 });
  return path;
}

/** A part of the program, to be used here. */
async function load(source) {
  const outfile = join(directory, `${source.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return await import(outfile);
}
