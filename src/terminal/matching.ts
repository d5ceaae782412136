/** The choices whose name contains the term, those that start with it first; case and accents are ignored. */
export function matching<C extends { readonly name: string }>(choices: readonly C[], term: string): readonly C[] {
  const wanted = folded(term.trim());
  const found = choices.filter(({ name }) => folded(name).includes(wanted));
  const starts = ({ name }: C): boolean => folded(name).startsWith(wanted);
  return [...found.filter(starts), ...found.filter((choice) => !starts(choice))];
}

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
