/** One JSON document, as `--json` prints it. */
export function toJson(document: object): string {
  return JSON.stringify(document, null, 2);
}
