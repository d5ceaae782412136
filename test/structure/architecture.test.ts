import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { arrows, circularImports, importsBelow, folderOf, sourceFiles, violations } from './arrows.ts';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const planted: string[] = [];

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'arrows-'));
  planted.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

afterEach(() => {
  for (const root of planted.splice(0)) rmSync(root, { recursive: true });
});

describe('the allowed imports between the folders', () => {
  test('cover every import in the program', () => {
    const imports = importsBelow(src);
    expect(imports.length).toBeGreaterThan(100);
    expect(violations(imports, arrows)).toEqual([]);
  });

  test.each([
    ['tiktok/a.ts', "import { b } from '../store/b.ts';", 'tiktok to store'],
    ['store/a.ts', "import type { B } from '../wizard/b.ts';", 'store to wizard'],
    ['simulator/a.ts', "const b = await import('../tiktok/b.ts');", 'simulator to tiktok'],
    ['doctor/a.ts', "export { b } from '../output/b.ts';", 'doctor to output'],
  ])('are violated by %s with `%s`', (file, text, expected) => {
    const found = violations(importsBelow(tree({ [file]: text })), arrows);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  test('don’t let one command import another', () => {
    const root = tree({ 'commands/token.ts': "import { status } from './status.ts';" });
    expect(violations(importsBelow(root), arrows)).toEqual([
      'commands/token.ts imports the command commands/status.ts',
    ]);
  });
});

describe('circular imports', () => {
  test('are found between files, including type imports, and between folders', () => {
    const root = tree({
      'store/a.ts': "import type { B } from '../tiktok/b.ts';",
      'tiktok/b.ts': "import { c } from './c.ts';",
      'tiktok/c.ts': "import { d } from '../store/d.ts';",
      'store/d.ts': "import { a } from './a.ts';",
      'store/e.ts': "import { a } from './a.ts';",
    });
    const imports = importsBelow(root);
    expect(circularImports(imports)).toEqual([['store/a.ts', 'store/d.ts', 'tiktok/b.ts', 'tiktok/c.ts']]);
    expect(circularImports(imports, folderOf)).toEqual([['store', 'tiktok']]);
  });

  test('don’t exist in the program', () => {
    expect(circularImports(importsBelow(src), folderOf)).toEqual([]);
    expect(circularImports(importsBelow(src))).toEqual([]);
  });
});

const rules: readonly { rule: string; allowedIn: RegExp; forbidden: RegExp; example: string }[] = [
  {
    rule: 'only main.ts and three other files touch the process',
    // A lock names the process that holds it. The keychain and the browser's keeper run as separate programs, whose
    // sources are strings.
    allowedIn: /^(main|ground\/process-identity|browser\/keeper|store\/keys\/keychain-process)\.ts$/,
    forbidden: /(?<![-\w])process\.\w|from 'node:process'/,
    example: 'process.exit(1)',
  },
  { rule: 'nothing writes to the console', allowedIn: /^$/, forbidden: /\bconsole\.\w/, example: 'console.log(1)' },
  {
    rule: 'nothing is a default export',
    allowedIn: /^$/,
    forbidden: /^export default /m,
    example: 'export default 1;',
  },
  {
    rule: 'only the table of regions names a region',
    allowedIn: /^ground\/regions\.ts$/,
    forbidden: /'(?:us|row)'/,
    example: "region === 'us'",
  },
  {
    rule: 'no request turns certificate checks off',
    // Doctor's check of the network reports the variable.
    allowedIn: /^doctor\/checks\/network\.ts$/,
    forbidden: /rejectUnauthorized: false|NODE_TLS_REJECT_UNAUTHORIZED/,
    example: 'rejectUnauthorized: false',
  },
];

describe.each(rules.map((each) => [each.rule, each] as const))('%s', (_, { allowedIn, forbidden, example }) => {
  test('holds in the whole program', () => {
    const breaking = sourceFiles(src).filter((file) => {
      const name = relative(src, file).replaceAll(sep, '/');
      return !allowedIn.test(name) && forbidden.test(withoutComments(readFileSync(file, 'utf8')));
    });
    expect(breaking).toEqual([]);
  });

  test('recognizes a violation', () => {
    expect(forbidden.test(withoutComments(example))).toBe(true);
  });
});

test('no file only re-exports others', () => {
  const barrels = sourceFiles(src).filter((file) => {
    const statements = withoutComments(readFileSync(file, 'utf8'))
      .split('\n')
      .filter((line) => line.trim() !== '');
    return statements.length > 0 && statements.every((line) => /^export (type )?(\*|\{[^}]*\}) ?.*from /.test(line));
  });
  expect(barrels).toEqual([]);
});

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
