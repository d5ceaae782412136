import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ruler = `\n\n${'-'.repeat(80)}\n\n`;

/** `open` starts this script on Linux and looks for it beside the file that it was bundled into. */
export async function copyOpener(root, outputs) {
  const bundledInto = Object.entries(outputs).filter(([, { inputs }]) =>
    Object.keys(inputs).some((input) => input.endsWith('node_modules/open/index.js')),
  );
  for (const [output] of bundledInto) {
    const script = join(root, dirname(output), 'xdg-open');
    await copyFile(join(root, 'node_modules/open/xdg-open'), script);
    await chmod(script, 0o755);
  }
}

/**
 * Writes the licences and notices of everything in the bundle, as they ask for: of each package that a file of it comes
 * from, of what those carry inside them, and what their sources say at their head.
 */
export async function writeLicences(root, outputs, file) {
  const directories = new Set(
    Object.values(outputs)
      .flatMap(({ inputs }) => Object.keys(inputs))
      .map((input) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
      .filter((directory) => directory !== undefined),
  );
  const texts = [];
  for (const directory of [...directories].sort()) texts.push(await licenceOf(join(root, directory)));
  texts.push(await llhttpLicence(), 'xdg-open (xdg-utils)\n\nIts licence is at the beginning of the script.');
  const notices = await noticesIn(root, outputs);
  await writeFile(file, `${[...texts, ...notices].join(ruler)}\n`);
}

async function licenceOf(directory) {
  const { name, version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const files = (await readdir(directory)).filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry)).sort();
  const texts = await Promise.all(files.map((entry) => readFile(join(directory, entry), 'utf8')));
  if (!files.some((entry) => !/^notice/i.test(entry))) texts.push(await licenceInReadme(name, directory));
  return [`${name} ${version}`, ...texts.map((text) => text.trim())].join('\n\n');
}

/** Some packages have their licence only as the last section of their README. */
async function licenceInReadme(name, directory) {
  const readme = await readFile(join(directory, 'README.md'), 'utf8');
  const section = /^#+ licen[cs]e\s+([^]*)$/im.exec(readme)?.[1];
  if (section === undefined) throw new Error(`${name} comes without its licence`);
  return section;
}

/** undici carries llhttp as WebAssembly, and its package not llhttp's licence. */
async function llhttpLicence() {
  const text = await readFile(new URL('llhttp-licence.txt', import.meta.url), 'utf8');
  return `llhttp (in undici)\n\n${text.trim()}`;
}

/** Takes the files that esbuild writes beside its outputs with the comments that must be kept. */
async function noticesIn(root, outputs) {
  const notices = [];
  for (const output of Object.keys(outputs)) {
    const file = join(root, `${output}.LEGAL.txt`);
    const text = await readFile(file, 'utf8').catch(() => '');
    await rm(file, { force: true });
    if (text !== '') notices.push(text.trim());
  }
  return notices;
}
