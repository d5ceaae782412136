/** What a profile name is, in words. */
export const profileNameRule =
  'up to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit';

/** Whether a name follows the rule. */
export const validProfileName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);

/** Whether a text means several profiles: a profile name with `*` for any characters or `?` for one. */
export const isProfilePattern = (text: string): boolean => /^[A-Za-z0-9._*?-]{1,64}$/.test(text) && /[*?]/.test(text);

/** Whether a name matches a pattern, or is the same. @param pattern a profile name or pattern */
export function profileMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
  const whole = new RegExp(`^${source}$`);
  return (name) => whole.test(name);
}
