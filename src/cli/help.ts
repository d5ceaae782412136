import type { CommandEntry } from './command-table.ts';

/** The program's help: every command by group, within 24 rows of 80 columns. */
export function programHelp(table: readonly CommandEntry[]): string {
  const rows = table.map(({ name, group, description }, index) => {
    const heading = group === table[index - 1]?.group ? '' : group;
    return `${heading.padEnd(10)}${name.padEnd(12)}${description}`;
  });
  return `Usage: ottokit-tiktok [options] <command>

Connects a TikTok Shop to OttoKit, and finds out what's wrong when it fails.

${rows.join('\n')}

Options   -h, --help  -V, --version  --debug  --no-color  --store URL

Start with \`ottokit-tiktok connect\`, or try \`ottokit-tiktok connect --demo\`.
`;
}
