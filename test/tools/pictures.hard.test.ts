import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test('every picture in the README can be created again from the current program', { timeout: 120_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pictures-test-'));
  try {
    await promisify(execFile)(process.execPath, [at('run.mjs'), 'test/tools/pictures.ts', directory]);
    const readme = await readFile(at('../../README.md'), 'utf8');
    const shown = [...readme.matchAll(/!\[[^\]]*\]\(\.github\/([^)]+)\)/g)].map(([, name]) => name ?? '');
    const pictures = await Promise.all(
      shown.map(async (name) => [name, await readFile(join(directory, basename(name)))] as const),
    );
    const text = Object.fromEntries(pictures.map(([name, bytes]) => [name, wordsOf(bytes.toString())]));
    expect(Object.keys(text).sort()).toEqual(['callback.png', 'doctor.svg', 'wizard.svg']);
    for (const line of ['Step 1 of 6', 'Step 6 of 6', 'That was the demo']) expect(text['wizard.svg']).toContain(line);
    expect(text['wizard.svg']).not.toContain('Warning');
    expect(text['doctor.svg']).toMatch(/Program.*Access token.*Next:/s);
    expect(text['callback.png']).toMatch(/PNG/);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

/** Returns the text of an SVG without its tags. */
const wordsOf = (svg: string): string => svg.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
