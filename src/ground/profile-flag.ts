import type { Say } from './io.ts';

/**
 * Commands in a message are written for the default profile; for another one each of them that takes a profile gets its
 * `--profile`, so that it can be copied and run.
 */
export function withProfileFlag(text: string, profile: string): string {
  if (profile === 'default') return text;
  return text.replace(
    /`ottokit-tiktok (connect|doctor|scopes|token|disconnect)([^`]*)`/g,
    (whole: string, command: string, rest: string) =>
      rest.includes('--profile') ? whole : `\`ottokit-tiktok ${command} --profile ${profile}${rest}\``,
  );
}

/** `say`, with every command in it for this profile. */
export function sayWithProfileFlag(say: Say, profile: string): Say {
  const shown = (text: string): string => withProfileFlag(text, profile);
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
