import type { Say } from './io.ts';

/** Adds `--profile` to the commands in a message, unless `profile` is what they would use without it (`byDefault`). */
export function withProfileFlag(text: string, profile: string, byDefault = 'default'): string {
  // A pattern for several profiles isn't a profile name.
  if (profile === byDefault || /[*?]/.test(profile)) return text;
  return text.replace(
    /`ottokit-tiktok (connect|doctor|scopes|token|disconnect)([^`]*)`/g,
    (whole: string, command: string, rest: string) =>
      /--(profile|all|help)\b/.test(rest) ? whole : `\`ottokit-tiktok ${command} --profile ${profile}${rest}\``,
  );
}

/** Adds `--store` to the commands in a message that use the store. Omits the address, which may contain a password. */
export function withStoreFlag(text: string, store: string | undefined): string {
  if (store === undefined) return text;
  const flag = store === 'file' ? '--store file' : '--store ADDRESS';
  return text.replace(
    /`((?:npx )?ottokit-tiktok(?:@latest)? (?:connect|doctor|scopes|status|token|disconnect|store)\b[^`]*)`/g,
    (whole: string, command: string) => (/--(store|help)\b/.test(command) ? whole : `\`${command} ${flag}\``),
  );
}

const texts = ['heading', 'line', 'instruction', 'hint', 'done', 'warn', 'fail'] as const;

/** Applies `change` to all messages, but not to values to copy. */
export function mapMessages(say: Say, change: (text: string) => string): Say {
  const wrapped = texts.map((name) => [
    name,
    (text = '', progress?: Parameters<Say['heading']>[1]) => say[name](change(text), progress),
  ]);
  return { ...say, ...(Object.fromEntries(wrapped) as Partial<Say>), wait: (text) => say.wait(() => change(text())) };
}
