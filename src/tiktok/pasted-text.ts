import type { CredentialName } from './credential-shapes.ts';

const quotes = '"\'`´“”„‟‘’‚‛«»‹›「」『』′″';
const outerQuotes = new RegExp(`^[\\s${quotes}]+|[\\s,;${quotes}]+$`, 'gu');

/** Removes invisible characters, such as zero-width characters, byte-order marks and direction marks. */
export function withoutInvisible(text: string): string {
  return text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
}

/** Removes white space and quotes at both ends, and a comma or semicolon at the end. */
export function withoutQuotes(text: string): string {
  return text.replace(outerQuotes, '');
}

/** Removes all white space, including line breaks from the terminal. */
export function withoutSpaces(text: string): string {
  return text.replace(/\s+/gu, '');
}

/** The prefix of every known TikTok Shop code, token and cipher. */
export const tokenPrefix = /^(?:TTP|ROW|GCP)_/;

export interface PastedValue {
  readonly value: string;
  /** The credential that the label names; `undefined` without a label, or if it names none (`ID:`). */
  readonly labeled: CredentialName | undefined;
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
 * Cleans text copied from a page, a chat or a JSON file: converts full-width characters, and removes invisible
 * characters, white space, quotes and leading labels (`App Key:`, `"app_key": `, `ID：`).
 */
export function readPastedValue(pasted: string): PastedValue {
  let text = withoutQuotes(withoutInvisible(pasted.replaceAll('´', "'")).normalize('NFKC'));
  let labeled: CredentialName | undefined;
  for (;;) {
    const found = leading.find(({ label }) => label.test(text));
    if (found === undefined) break;
    labeled ??= found.name;
    text = withoutQuotes(text.replace(found.label, ''));
  }
  return { value: withoutSpaces(text), labeled, several: !text.includes('://') && following.test(text) };
}
