/** Characters that control a terminal or reorder text, except our own line breaks. A shop's name may contain them. */
const unsafe = /[^\P{C}\n]|[\u2028\u2029]/gu;

/**
 * One JSON document, as `--json` prints it. Escapes what could harm a terminal, because `JSON.stringify` leaves U+007F to
 * U+009F and direction marks as they are. To a JSON parser both are the same.
 */
export function toJson(document: object): string {
  return JSON.stringify(document, null, 2).replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, place) => escaped(character.charCodeAt(place))).join(''),
  );
}

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;
