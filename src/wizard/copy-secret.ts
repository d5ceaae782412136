import type { Copied, Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';

/** Seconds for which a secret stays on the clipboard. */
export const loanSeconds = 60;

export interface SecretCopy {
  /** Puts the secret on the clipboard, or puts it there again; the time begins anew. */
  copy(): Promise<Copied>;
  /** Takes it off. Whoever began the loan ends it, however the step ends. */
  end(): Promise<void>;
}

/** Lends a secret to the clipboard for a minute at most. The person is told when the time is up. */
export function copySecretBriefly(
  { clipboard, clock, say }: Pick<Io, 'clipboard' | 'clock' | 'say'>,
  secret: Secret,
): SecretCopy {
  let term = new AbortController();
  const expire = async ({ signal }: AbortController): Promise<void> => {
    await clock.sleep(loanSeconds * 1_000, signal);
    if (signal.aborted) return;
    await clipboard?.clear();
    say.line('The secret’s time on the clipboard is up: it was taken off.');
  };
  return {
    copy: async () => {
      term.abort();
      term = new AbortController();
      const copied: Copied = (await clipboard?.copy(secret)) ?? { copied: false };
      if (copied.copied) void expire(term);
      return copied;
    },
    end: async () => {
      term.abort();
      await clipboard?.clear();
    },
  };
}
