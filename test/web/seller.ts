import type { Page } from 'playwright-core';

/** Signs in on TikTok Shop's page and clicks one of the two. */
export async function decide(page: Page, decision: 'Approve' | 'Deny'): Promise<void> {
  await page.getByRole('button', { name: /^Continue as / }).click();
  await page.getByRole('button', { name: decision, exact: true }).click({ noWaitAfter: true });
}

/** The heading of the page that the window ends on, and what then stands in its address bar. */
export async function lastPage(page: Page): Promise<{ heading: string; text: string; address: string }> {
  await page.getByText('You can close this window and go back to the terminal.').waitFor();
  return {
    heading: await page.locator('h1').innerText(),
    text: await page.locator('main').innerText(),
    address: page.url(),
  };
}
