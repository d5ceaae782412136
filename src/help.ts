import type { CommandEntry, CommandGroup } from './command-table.ts';

const groups: readonly (readonly [CommandGroup, string])[] = [
  ['set up', 'Set up'],
  ['look', 'Look'],
  ['use', 'Use'],
  ['maintain', 'Maintain'],
];

/** The help of the program: every command by its group, within 24 rows of 80 columns. */
export function programHelp(table: readonly CommandEntry[]): string {
  const rows = groups.flatMap(([group, title]) =>
    table
      .filter((entry) => entry.group === group)
      .map(
        ({ name, description }, index) => `${(index === 0 ? title : '').padEnd(10)}${name.padEnd(12)}${description}`,
      ),
  );
  return `Usage: ottokit-tiktok [options] <command>

Connects a TikTok Shop to OttoKit, and says what is wrong when it does not work.

${rows.join('\n')}

Options   -h, --help  -V, --version  --debug  --no-color  --store URL

Start with \`ottokit-tiktok connect\`, or try \`ottokit-tiktok connect --demo\`.
`;
}

/** What follows the flags in the help of one command. */
export const commandHelp = ({ examples }: CommandEntry): string =>
  `\nExamples:\n${examples.map((example) => `  ottokit-tiktok ${example}`).join('\n')}`;
