import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import ts from 'typescript';

/** One import in the source tree: from one file to another, or to a package. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Which other folders each folder may import. A file in the root counts as a folder with its name. */
export type Arrows = Readonly<Record<string, readonly string[]>>;

const parts = ['tiktok', 'listener', 'browser', 'store', 'scopes', 'network'];

/**
 * Which folder may import which. The `parts` never import each other. `connection` combines them, and the wizard and
 * the doctor build on it. Commands only call these and render results. Every folder may import `ground`.
 */
export const arrows: Arrows = {
  main: ['cli', 'program', 'terminal', 'ground'],
  program: ['cli', 'commands', 'terminal', 'desktop', 'network', 'ground'],
  cli: ['commands', 'output', 'settings', 'store', 'ground'],
  commands: ['wizard', 'doctor', 'connection', 'output', 'settings', 'simulator', ...parts, 'ground'],
  settings: ['store', 'ground'],
  output: ['doctor', 'connection', 'settings', 'terminal', ...parts, 'ground'],
  wizard: ['connection', ...parts, 'ground'],
  doctor: ['connection', ...parts, 'ground'],
  connection: [...parts, 'ground'],
  tiktok: ['ground'],
  listener: ['ground'],
  browser: ['ground'],
  store: ['ground'],
  scopes: ['ground'],
  network: ['ground'],
  terminal: ['ground'],
  desktop: ['ground'],
  simulator: ['scopes', 'ground'],
  ground: [],
};

/** Every import, export-from and `import()` below a folder, found by TypeScript's parser. */
export function importsBelow(root: string): readonly Import[] {
  return sourceFiles(root).flatMap((file) => {
    const from = relative(root, file).split(sep).join('/');
    return ts
      .preProcessFile(readFileSync(file, 'utf8'), true, true)
      .importedFiles.map(({ fileName }) => ({ from, to: resolved(from, fileName) }));
  });
}

export function sourceFiles(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, name));
}

function resolved(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return normalize(join(dirname(from), specifier))
    .split(sep)
    .join('/');
}

export const folderOf = (file: string): string => (file.split('/')[0] ?? file).replace(/\.ts$/, '');

/** The imports that aren't allowed, each described in a sentence. Packages aren't checked. */
export function violations(imports: readonly Import[], allowed: Arrows): readonly string[] {
  return imports.flatMap(({ from, to }) => {
    if (!to.endsWith('.ts')) return [];
    const [here, there] = [folderOf(from), folderOf(to)];
    if (to.startsWith('../')) return [`${from} imports ${to}, which is outside src`];
    if (here === 'commands' && there === 'commands' && !ownPart(from, to)) return [`${from} imports the command ${to}`];
    if (here === there || allowed[here]?.includes(there) === true) return [];
    return [`${from} imports ${to}: no arrow leads from ${here} to ${there}`];
  });
}

/**
 * The circular imports, including type imports: each group of files that all import each other, directly or not. To
 * compare folders instead of files, pass a `name` that returns a file's folder.
 */
export function circularImports(
  imports: readonly Import[],
  name: (file: string) => string = (file) => file,
): readonly string[][] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports.filter((each) => each.to.endsWith('.ts'))) {
    if (name(from) !== name(to)) next.set(name(from), (next.get(name(from)) ?? new Set()).add(name(to)));
  }
  const reached = new Map([...next.keys()].map((start) => [start, reachedFrom(start, next)]));
  const groups = [...next.keys()].map((one) =>
    [...(reached.get(one) ?? [])].filter((other) => reached.get(other)?.has(one) === true).sort(),
  );
  return [...new Map(groups.filter(({ length }) => length > 0).map((group) => [group.join(), group])).values()];
}

function reachedFrom(start: string, next: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [start];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const other of next.get(one) ?? []) {
      if (!found.has(other)) waiting.push(other);
      found.add(other);
    }
  }
  return found;
}

/** The commands. The other files in their folder are helpers. */
const commandNames = [
  ...['connect', 'doctor', 'scopes', 'status', 'token', 'disconnect', 'store-move', 'use', 'settings', 'completion'],
];

/** A command may use the commands' helpers, and the demo also runs `doctor`. */
function ownPart(from: string, to: string): boolean {
  const imported = to.replace('commands/', '').replace(/\.ts$/, '');
  return !commandNames.includes(imported) || from === 'commands/connect-demo.ts';
}
