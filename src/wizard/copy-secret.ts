import type { Copied, Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';

/** Seconds for which a secret stays on the clipboard. */
export const secretSeconds = 60;

export interface SecretCopy {
  /** Puts the secret on the clipboard, or puts it there again; the time starts over. */
  copy(): Promise<Copied>;
  /** Removes it. Whoever copied it calls this, however the step ends. */
  end(): Promise<void>;
}

/** Puts a secret on the clipboard for a minute at most, and says when the time is up. */
export function copySecretBriefly(
  { clipboard, clock, say }: Pick<Io, 'clipboard' | 'clock' | 'say'>,
  secret: Secret,
): SecretCopy {
  let timer = new AbortController();
  const expire = async ({ signal }: AbortController): Promise<void> => {
    await clock.sleep(secretSeconds * 1_000, signal);
    if (signal.aborted) return;
    await clipboard?.clear();
    say.line('The App Secret was removed from the clipboard.');
  };
  return {
    copy: async () => {
      timer.abort();
      timer = new AbortController();
      const copied: Copied = (await clipboard?.copy(secret)) ?? { copied: false };
      if (copied.copied) void expire(timer);
      return copied;
    },
    end: async () => {
      timer.abort();
      await clipboard?.clear();
    },
  };
}
