import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/** Signs in on TikTok Shop's page and clicks one of the two buttons. */
export async function decide(page: Page, decision: 'Approve' | 'Deny'): Promise<void> {
  await page.getByRole('button', { name: /^Continue as / }).click();
  await page.getByRole('button', { name: decision, exact: true }).click({ noWaitAfter: true });
}

/** Returns the text and address of the window's last page, and closes the page, as the user does after reading it. */
export async function lastPage(page: Page): Promise<{ heading: string; text: string; address: string }> {
  await page.getByText('You can close this window and go back to the terminal.').waitFor();
  const last = {
    heading: await page.locator('h1').innerText(),
    text: await page.locator('main').innerText(),
    address: page.url(),
  };
  await page.close();
  return last;
}

/** Returns the contents of the address bar, even if the page could not be loaded. */
export async function addressBar(page: Page): Promise<string> {
  // A page that has just become an error page moves to another process and doesn't respond for a moment.
  return await vi.waitFor(
    async () => {
      const session = await page.context().newCDPSession(page);
      const { currentIndex, entries } = await session.send('Page.getNavigationHistory');
      await session.detach();
      return entries[currentIndex]?.url ?? '';
    },
    { timeout: 30_000 },
  );
}
