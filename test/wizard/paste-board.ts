import type { Clipboard, Copied } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';

/** A clipboard that exposes its contents and everything ever copied to it. */
export interface PasteBoard extends Clipboard {
  readonly holds: string;
  readonly history: readonly string[];
}

/** `by`: what copies the text, as `copy` reports it. `null` refuses secrets, and copies other text as `system`. */
export function pasteBoard(by: 'system' | 'terminal' | null = 'system'): PasteBoard {
  const history: string[] = [];
  let holds = '';
  let lent = false;
  return {
    history,
    get holds() {
      return holds;
    },
    copy: (text): Promise<Copied> => {
      if (by === null && text instanceof Secret) return Promise.resolve({ copied: false });
      lent = text instanceof Secret;
      holds = text instanceof Secret ? text.reveal() : text;
      history.push(holds);
      return Promise.resolve({ copied: true, by: by ?? 'system' });
    },
    clear: () => {
      if (lent) holds = '';
      lent = false;
      return Promise.resolve();
    },
  };
}
