export const profileNameRule =
  'up to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit';

export const validProfileName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);

/** Whether text is a pattern for the names of several profiles: `*` matches any characters, `?` matches one. */
export const isProfilePattern = (text: string): boolean => /^[A-Za-z0-9._*?-]{1,64}$/.test(text) && /[*?]/.test(text);

/** Returns a function that tests whether a name matches. @param pattern a profile's name or a pattern */
export function profileMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
  const whole = new RegExp(`^${source}$`);
  return (name) => whole.test(name);
}
