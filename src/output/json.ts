/** What steers a terminal or changes how its neighbours read, but for our own line ends; a shop may be called so. */
const unsafe = /[^\P{C}\n]|[\u2028\u2029]/gu;

/**
 * One JSON document, as `--json` prints it. What could do harm on a terminal is escaped, which no reader of JSON
 * notices: `JSON.stringify` leaves U+007F to U+009F and marks of direction as they are.
 */
export function toJson(document: object): string {
  return JSON.stringify(document, null, 2).replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, place) => escaped(character.charCodeAt(place))).join(''),
  );
}

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;
