import type { Clipboard, Copied } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';
import { systemClipboard, terminalClipboard, understandsOsc52, type ClipboardTarget } from './clipboard-targets.ts';
import { clipboardPrograms } from './clipboard-programs.ts';
import type { Env } from '../ground/env.ts';
import type { TerminalOutput } from '../ground/streams.ts';

export interface ClipboardSettings {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** The person's terminal. */
  readonly stderr: TerminalOutput;
  /** The timeout for each program, in milliseconds, instead of its own. */
  readonly limit?: number;
}

const defaultTimeoutMs = 2_000;

/**
 * The system's clipboard, or the terminal's if no program can write to the system's. The terminal's works over ssh too.
 * A secret stays on the clipboard if this program is killed before it can clear it.
 */
export function makeClipboard(settings: ClipboardSettings): Clipboard {
  const { env, platform, stderr } = settings;
  const places: readonly ClipboardTarget[] = [
    ...clipboardPrograms(env, platform).map((programs) =>
      systemClipboard(programs, { env, platform, limit: settings.limit ?? programs.timeoutMs ?? defaultTimeoutMs }),
    ),
    ...(understandsOsc52(env, stderr) ? [terminalClipboard(stderr)] : []),
  ];
  /** The secret on the clipboard, and every clipboard that may have accepted it, even if it reported a failure. */
  let copied: { readonly secret: string; readonly tried: readonly ClipboardTarget[] } | null = null;
  // Run one task at a time, so that clearing a secret doesn't clear a text copied meanwhile.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn;
    return turn;
  };

  const copy = async (text: string, isSecret: boolean): Promise<Copied> => {
    const tried: ClipboardTarget[] = [];
    if (isSecret) copied = { secret: text, tried };
    for (const place of places) {
      tried.push(place);
      if (!(await place.put(text))) continue;
      if (!isSecret) copied = null;
      return { copied: true, by: place.by };
    }
    return { copied: false };
  };
  const clear = async (): Promise<void> => {
    if (copied === null) return;
    const { secret, tried } = copied;
    copied = null;
    for (const place of tried) if ((await place.holds(secret)) !== false) await place.empty();
  };
  return {
    copy: (text) => inTurn(() => (text instanceof Secret ? copy(text.reveal(), true) : copy(text, false))),
    clear: () => inTurn(clear),
  };
}
