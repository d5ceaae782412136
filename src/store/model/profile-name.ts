/** Up to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit. */
export function validProfileName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
}
