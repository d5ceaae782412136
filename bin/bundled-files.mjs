import { chmod, copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ruler = `\n\n${'-'.repeat(80)}\n\n`;

/** Copies the script that `open` starts on Linux. `open` looks for it beside the file that contains `open` itself. */
export async function copyOpener(root, out, files) {
  for (const { file, sources } of files) {
    if (!sources.includes('node_modules/open/index.js')) continue;
    const script = join(out, dirname(file), 'xdg-open');
    await copyFile(join(root, 'node_modules/open/xdg-open'), script);
    await chmod(script, 0o755);
  }
}

/** Writes the licenses and notices of every package in the bundle, and of the code that those packages include. */
export async function writeLicenses(root, file, files) {
  const directories = files
    .flatMap(({ sources }) => sources.map((source) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0]))
    .filter((directory) => directory !== undefined);
  const texts = [];
  for (const directory of [...new Set(directories)].sort()) texts.push(await licenseOf(join(root, directory)));
  texts.push(await llhttpLicense(), 'xdg-open (xdg-utils)\n\nIts license is at the beginning of the script.');
  await writeFile(file, `${texts.join(ruler)}\n`);
}

async function licenseOf(directory) {
  const { name, version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const files = (await readdir(directory)).filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry)).sort();
  const texts = await Promise.all(files.map((entry) => readFile(join(directory, entry), 'utf8')));
  if (!files.some((entry) => !/^notice/i.test(entry))) texts.push(await licenseInReadme(name, directory));
  return [`${name} ${version}`, ...texts.map((text) => text.trim())].join('\n\n');
}

/** Some packages have their license only in their README, as its last section. @throws if there is none */
async function licenseInReadme(name, directory) {
  const readme = await readFile(join(directory, 'README.md'), 'utf8');
  const section = /^#+ licen[cs]e\s+([^]*)$/im.exec(readme)?.[1];
  if (section === undefined) throw new Error(`${name} comes without its license`);
  return section;
}

/** undici includes llhttp as WebAssembly, without its license. */
async function llhttpLicense() {
  const text = await readFile(new URL('llhttp-license.txt', import.meta.url), 'utf8');
  return `llhttp (in undici)\n\n${text.trim()}`;
}
