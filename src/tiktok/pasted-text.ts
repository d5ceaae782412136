import { credentialNames, shapes, type CredentialName } from './credential-shapes.ts';

const quotes = '"\'`´“”„‟‘’‚‛«»‹›「」『』′″<>';
const outerQuotes = new RegExp(`^[\\s${quotes}]+|[\\s,;|}${quotes}]+$`, 'gu');

/** Removes zero-width characters, byte-order marks, direction marks and other invisible characters. */
export const withoutInvisible = (text: string): string =>
  text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');

/** Removes white space and quotes at both ends, and the punctuation of a list or table at the end. */
export const withoutQuotes = (text: string): string => text.replace(outerQuotes, '');

/** The terminal may have added line breaks. */
export const withoutSpaces = (text: string): string => text.replace(/\s+/gu, '');

/** The prefix of every known TikTok Shop code, token and cipher. */
export const tokenPrefix = /^(?:TTP|ROW|GCP)_/;

const label = '(?<appKey>app[\\s_-]*key)|(?<appSecret>app[\\s_-]*secret)|(?<serviceId>service[\\s_-]*id)';
/** Matches a label with the punctuation of a list, a table or Markdown, but not the asterisks of a masked secret. */
const leading = new RegExp(
  `^(?:\\d{1,2}\\.|[^\\p{L}\\p{N}])*(?:${label}|authori[sz]ation\\s+link|id)(?:["'*]*\\s*[:=|→–—-](?:\\*{1,2}(?!\\*))?|\\s|$)`,
  'iu',
);
const following = new RegExp(`\\b(?:${label})\\b`, 'i');

/**
 * Cleans a value that was copied from a page, a chat or a JSON file. Converts full-width characters and removes
 * invisible characters, white space, quotes and leading labels (`App Key:`, `"app_key": `, `ID：`). `labeled`: the
 * credential that the label names, if any (`ID:` names none). `several`: whether another label follows the value;
 * always `false` for an address.
 */
export function readPastedValue(pasted: string) {
  let text = withoutQuotes(withoutInvisible(pasted.replaceAll('´', "'")).normalize('NFKC'));
  let labeled: CredentialName | undefined;
  for (let found = leading.exec(text); found !== null; found = leading.exec(text)) {
    const { groups } = found;
    labeled ??= credentialNames.find((name) => groups?.[shapes[name].key] !== undefined);
    text = withoutQuotes(text.slice(found[0].length));
  }
  return { value: withoutSpaces(text), labeled, several: !text.includes('://') && following.test(text) };
}
