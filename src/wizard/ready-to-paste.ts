import type { Io } from '../ground/io.ts';

/** Shows a value that is no secret alone on a line, and copies it where there is a clipboard. */
export async function readyToPaste(
  { clipboard, say }: Pick<Io, 'clipboard' | 'say'>,
  what: string,
  value: string,
): Promise<void> {
  const copied = (await clipboard?.copy(value)) ?? { copied: false };
  if (!copied.copied) say.line(`${what}:`);
  else if (copied.by === 'system') say.line(`${what} (copied, ready to paste):`);
  else say.line(`${what} (copied, if your terminal allows it):`);
  say.value(value);
}
