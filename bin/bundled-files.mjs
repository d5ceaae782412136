import { chmod, copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ruler = `\n\n${'-'.repeat(80)}\n\n`;

/** `open` starts this script on Linux and looks for it beside the file that it was bundled into. */
export async function copyOpener(root, out, files) {
  for (const { file, sources } of files) {
    if (!sources.includes('node_modules/open/index.js')) continue;
    const script = join(out, dirname(file), 'xdg-open');
    await copyFile(join(root, 'node_modules/open/xdg-open'), script);
    await chmod(script, 0o755);
  }
}

/** Writes the licences and notices of every package in the bundle, and of what those packages carry inside them. */
export async function writeLicences(root, file, files) {
  const directories = files
    .flatMap(({ sources }) => sources.map((source) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0]))
    .filter((directory) => directory !== undefined);
  const texts = [];
  for (const directory of [...new Set(directories)].sort()) texts.push(await licenceOf(join(root, directory)));
  texts.push(await llhttpLicence(), 'xdg-open (xdg-utils)\n\nIts licence is at the beginning of the script.');
  await writeFile(file, `${texts.join(ruler)}\n`);
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

/** undici carries llhttp as WebAssembly, without its licence. */
async function llhttpLicence() {
  const text = await readFile(new URL('llhttp-licence.txt', import.meta.url), 'utf8');
  return `llhttp (in undici)\n\n${text.trim()}`;
}
