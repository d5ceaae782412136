import type { Program } from './program.ts';

/** Prints a long result for a person: a screenful at a time in a terminal, otherwise all at once. */
export async function printPages(
  { io, pages, print }: Pick<Program, 'pages' | 'print'> & { io: Pick<Program['io'], 'ask' | 'signal'> },
  text: string,
): Promise<void> {
  const all = pages(text);
  for (const [index, page] of all.entries()) {
    if (index > 0 && io.ask !== null) {
      const message = `Page ${String(index)} of ${String(all.length)}. Press Enter for the next page, or q to stop`;
      const key = await io.ask.pressKey({ id: 'next-page', message, signal: io.signal });
      if (key.toLowerCase() === 'q') return;
    }
    print(page);
  }
}
