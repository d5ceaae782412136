import type { Say } from './io.ts';

/**
 * Commands in a message are written for the default profile; for another one each of them that takes a profile gets its
 * `--profile`, so that what is printed can be run as it stands.
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
  const told = (text: string): string => withProfileFlag(text, profile);
  return {
    heading: (text) => {
      say.heading(told(text));
    },
    line: (text = '') => {
      say.line(told(text));
    },
    value: (text) => {
      say.value(text);
    },
    done: (text) => {
      say.done(told(text));
    },
    warn: (text) => {
      say.warn(told(text));
    },
    fail: (text) => {
      say.fail(told(text));
    },
    wait: (text) => say.wait(() => told(text())),
  };
}
