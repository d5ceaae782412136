import type { CredentialName } from './credential-shapes.ts';

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

export interface PastedValue {
  readonly value: string;
  /** What the label said it is; `undefined` without a label, and for a bare `ID:`. */
  readonly labelled: CredentialName | undefined;
  /** Whether a second label follows the first value. */
  readonly several: boolean;
}

const labels: readonly (readonly [pattern: string, name: CredentialName | undefined])[] = [
  ['app[\\s_-]*key', 'app-key'],
  ['app[\\s_-]*secret', 'app-secret'],
  ['service[\\s_-]*id', 'service-id'],
  ['authori[sz]ation\\s+link', undefined],
  ['id', undefined],
];
const leading = labels.map(([pattern, name]) => ({
  label: new RegExp(`^${pattern}(?:["']?\\s*[:=|–—-]|\\s|$)`, 'i'),
  name,
}));
const following = /\b(?:app[\s_-]*key|app[\s_-]*secret|service[\s_-]*id)\b/i;

/**
 * Cleans what was copied from a page, a chat or a JSON file: full-width characters, invisible ones, white space, quotes
 * and a label in front (`App Key:`, `"app_key": `, `ID：`).
 */
export function readPastedValue(pasted: string): PastedValue {
  let text = withoutQuotes(withoutInvisible(pasted.replaceAll('´', "'")).normalize('NFKC'));
  let labelled: CredentialName | undefined;
  for (;;) {
    const found = leading.find(({ label }) => label.test(text));
    if (found === undefined) break;
    labelled ??= found.name;
    text = withoutQuotes(text.replace(found.label, ''));
  }
  return { value: withoutSpaces(text), labelled, several: !text.includes('://') && following.test(text) };
}
