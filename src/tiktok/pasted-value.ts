import type { CredentialName } from './credential-shapes.ts';
import { withoutInvisible, withoutQuotes, withoutSpaces } from './pasted-text.ts';

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
