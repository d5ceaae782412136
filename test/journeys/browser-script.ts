import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';

/** What the browser saw at the end, and how it was started. */
export interface BrowserVisit {
  /** The status of the last page. */
  readonly url: string;
  readonly status: number;
  readonly page: string;
  /** The arguments and the environment it was started with. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const program = `// Follows redirects from the address it is given, and writes down where that ended.
const { renameSync, writeFileSync } = require('node:fs');
fetch(process.argv[2]).then(async (answer) => {
  const { argv, env } = process;
  const visit = { url: answer.url, status: answer.status, page: await answer.text(), argv, env };
  writeFileSync(process.env.JOURNEY_PAGE + '.new', JSON.stringify(visit));
  renameSync(process.env.JOURNEY_PAGE + '.new', process.env.JOURNEY_PAGE);
});
`;

/** Creates the browser for a journey. Returns the command for `BROWSER`, which works on every system. */
export async function makeBrowser(directory: string): Promise<string> {
  const path = join(directory, 'browser.cjs');
  await writeFile(path, program);
  return `"${process.execPath}" "${path}" %s`;
}

/** The visit that the browser recorded. The browser may end a moment after the program. */
export async function browserVisit(pagePath: string): Promise<BrowserVisit> {
  const text = await vi.waitFor(() => readFile(pagePath, 'utf8'), { timeout: 20_000 });
  return JSON.parse(text) as BrowserVisit;
}
