/** The address that `text` is, or `null`. Never throws. */
export function parseAddress(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** An address without its query and fragment, the part that two addresses are compared by. */
export function placeOf(address: URL): string {
  return `${address.origin}${address.pathname}`;
}
