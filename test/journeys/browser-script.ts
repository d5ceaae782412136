import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';

/** How the browser was started, and the page it ended on. */
export interface BrowserVisit {
  /** The last page, after all redirects. */
  readonly url: string;
  readonly status: number;
  readonly page: string;
  /** The browser's arguments and environment. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const program = `// Opens the address in its argument, follows redirects, and records the last page.
const { renameSync, writeFileSync } = require('node:fs');
fetch(process.argv[2]).then(async (answer) => {
  const { argv, env } = process;
  const visit = { url: answer.url, status: answer.status, page: await answer.text(), argv, env };
  writeFileSync(process.env.JOURNEY_PAGE + '.new', JSON.stringify(visit));
  renameSync(process.env.JOURNEY_PAGE + '.new', process.env.JOURNEY_PAGE);
});
`;

/** Writes a script that acts as the browser. Returns a value for `BROWSER` that works on every system. */
export async function makeBrowser(directory: string): Promise<string> {
  const path = join(directory, 'browser.cjs');
  await writeFile(path, program);
  return `"${process.execPath}" "${path}" %s`;
}

/** Waits for the visit that the browser records, because the browser may exit after the program. */
export async function browserVisit(pagePath: string): Promise<BrowserVisit> {
  const text = await vi.waitFor(() => readFile(pagePath, 'utf8'), { timeout: 20_000 });
  return JSON.parse(text) as BrowserVisit;
}
