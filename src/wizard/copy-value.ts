import type { Copied } from '../ground/io.ts';
import { personAt, type WizardContext } from './wizard-context.ts';

/** Shows a value that is not secret alone on a line, and copies it where a person can paste it. */
export async function showToCopy(context: WizardContext, value: string): Promise<void> {
  const { clipboard, say } = context.io;
  const copied: Copied =
    personAt(context) === null || clipboard === null ? { copied: false } : await clipboard.copy(value);
  say.copy(value, copiedNote(copied));
}

const copiedNote = (copied: Copied): string | undefined => {
  if (!copied.copied) return undefined;
  return copied.by === 'system' ? 'copied' : 'copied, if your terminal can';
};

/** Opens a page in the person's browser; where that fails, says why and shows the address. */
export async function openOrShow({ io }: Pick<WizardContext, 'io'>, address: string): Promise<void> {
  const opened = await io.openBrowser(address);
  if (opened.opened) return;
  io.say.warn(`No browser could be opened (${opened.why}). Open this address yourself:`);
  io.say.value(address);
}
