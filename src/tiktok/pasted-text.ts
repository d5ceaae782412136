const quotes = '"\'`´“”„‟‘’‚‛«»‹›「」『』′″';
const outerQuotes = new RegExp(`^[\\s${quotes}]+|[\\s,;${quotes}]+$`, 'gu');

/**
 * Takes out what nobody sees: zero-width characters, byte order marks, direction marks. (`Cf` and the ignorable code
 * points of Unicode's DerivedCoreProperties.)
 */
export function withoutInvisible(text: string): string {
  return text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
}

/** Takes white space and quotes off both ends, and a comma or semicolon off the end. */
export function withoutQuotes(text: string): string {
  return text.replace(outerQuotes, '');
}

/** All white space, that of a line broken by a terminal too. */
export function withoutSpaces(text: string): string {
  return text.replace(/\s+/gu, '');
}

/** What every code, token and cipher of TikTok Shop seen so far begins with. */
export const tokenPrefix = /^(?:TTP|ROW|GCP)_/;
