import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/ground/catalogue.ts';
import { run } from '../../src/cli.ts';
import type { Program } from '../../src/commands/program.ts';
import type { Io } from '../../src/ground/io.ts';
import { sourceFiles } from '../structure/arrows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A command between backticks, as in messages; template literals escape the backticks. */
const named = /\\?`(?:npx )?ottokit-tiktok(?:@latest)?( [^`\\]*)?\\?`/g;

const commandsIn = (text: string): string[] => [...text.matchAll(named)].map(([, rest]) => (rest ?? '').trim());

/** Has a value for every parameter that an entry of the error catalog may read. */
const anything: object = new Proxy(
  {},
  {
    get: (_, name) =>
      name === 'command'
        ? 'connect'
        : name === 'missing'
          ? [{ flag: '--region', what: 'x' }]
          : name === 'known' || name === 'lost'
            ? ['a']
            : name === 'path'
              ? '/a'
              : 1,
  },
);

const failures = Object.values(catalogue).map((explain) =>
  (explain as (p: object) => { message: string; fix: string })(anything),
);

/** Finds the README's commands, between backticks and in code blocks, where variables precede and pipes follow them. */
function readmeCommands(): string[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```\w*\n([^]*?)^```/gm)].map(([, block]) =>
    (block ?? '').replace(/\\\n\s*/g, ' '),
  );
  const lines = blocks.flatMap((block) => block.split('\n'));
  const inBlocks = lines.map((line) =>
    /(?:^|[|(&;] ?|npx |=\S+ )(?:ottokit-tiktok|node bin\/ottokit-tiktok\.cjs)\b([^|)#<>&;]*)/.exec(
      line.replace(/^\s*\$ /, ''),
    ),
  );
  return [...commandsIn(text), ...inBlocks.flatMap((found) => (found === null ? [] : [(found[1] ?? '').trim()]))];
}

const sources: readonly (readonly [string, string[]])[] = [
  ['the error catalog', failures.flatMap(({ message, fix }) => commandsIn(`${message} ${fix}`))],
  [
    'the sources',
    sourceFiles(join(root, 'src'))
      .flatMap((file) => commandsIn(readFileSync(file, 'utf8')))
      .filter((command) => !/[$(]/.test(command)),
  ],
  ['the README', readmeCommands()],
];

/** Splits a command into arguments: drops ellipses and quotes, and replaces placeholders for numbers. */
const filled = (command: string): string[] =>
  command
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '…' && word !== '...')
    .map((word) => word.replace(/^["']|["']$/g, ''))
    .map((word) => (/^(MINUTES|N|PORT)$/.test(word) ? '5' : word));

/** Returns the usage error, or undefined if the arguments are valid. A command stops at the first thing it does. */
async function usageProblem(command: string): Promise<string | undefined> {
  let output = '';
  const fail = (text: string): void => {
    output += text;
  };
  const ignore = (): void => undefined;
  const world: Record<string, unknown> = { signal: new AbortController().signal, say: { fail, line: ignore } };
  const io = new Proxy(world, { get: (known, name) => known[String(name)] ?? reached() }) as unknown as Io;
  const program: Program = {
    io,
    version: '0',
    style: undefined as never,
    print: ignore,
    printText: ignore,
    pages: () => [],
    addFlags: (text) => text,
    moveTo: ignore,
  };
  const shell = {
    version: '0',
    env: {},
    configDirectory: () => '/nowhere',
    makeProgram: () => program,
    write: ignore,
    columns: () => 80,
  };
  return (await run(filled(command), shell)) === 2 ? output : undefined;
}

function reached(): never {
  throw new Error('the command was reached');
}

describe('every command is spelled as the program accepts it in', () => {
  test.each(sources)('%s', async (_, commands) => {
    expect(commands.length).toBeGreaterThan(3);
    const problems = await Promise.all(
      [...new Set(commands)].map(async (command) => [command, await usageProblem(command)] as const),
    );
    expect(problems.filter(([, problem]) => problem !== undefined)).toEqual([]);
  });
});

test.each(['conect', 'connect --restrat', 'doctor clocks', 'scopes --region us'])(
  'a misspelled command would be found: `%s`',
  async (command) => {
    expect(await usageProblem(command)).toEqual(expect.any(String));
  },
);
