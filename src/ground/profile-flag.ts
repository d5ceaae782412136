import type { Say } from './io.ts';

/**
 * Adds `--profile` to each command in a message that takes it and has none, so that it can be run as printed.
 * `byDefault` is the profile that a command without the flag means.
 */
export function withProfileFlag(text: string, profile: string, byDefault = 'default'): string {
  // A pattern for several profiles is none of them.
  if (profile === byDefault || /[*?]/.test(profile)) return text;
  return text.replace(
    /`ottokit-tiktok (connect|doctor|scopes|token|disconnect)([^`]*)`/g,
    (whole: string, command: string, rest: string) =>
      rest.includes('--profile') ? whole : `\`ottokit-tiktok ${command} --profile ${profile}${rest}\``,
  );
}

/** `say`, with every command in it for this profile. */
export function sayWithProfileFlag(say: Say, profile: string, byDefault?: string): Say {
  const shown = (text: string): string => withProfileFlag(text, profile, byDefault);
  return {
    ...say,
    heading: (text, progress) => {
      say.heading(shown(text), progress);
    },
    line: (text = '') => {
      say.line(shown(text));
    },
    instruction: (text) => {
      say.instruction(shown(text));
    },
    hint: (text) => {
      say.hint(shown(text));
    },
    done: (text) => {
      say.done(shown(text));
    },
    warn: (text) => {
      say.warn(shown(text));
    },
    fail: (text) => {
      say.fail(shown(text));
    },
    wait: (text) => say.wait(() => shown(text())),
  };
}
