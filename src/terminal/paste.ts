import { StringDecoder } from 'node:string_decoder';

const begin = '\u001b[200~';
const finish = '\u001b[201~';

/** The longest end of `text` that may be the beginning of `marker`. */
function pending(text: string, marker: string, shortest: number): number {
  for (let length = Math.min(marker.length - 1, text.length); length >= shortest; length -= 1) {
    if (marker.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

/** New lines at either end of a paste are not meant as Enter; those inside it, and controls, become spaces. */
function asTyped(pasted: string): string {
  return pasted.replace(/^[\r\n]+|[\r\n]+$/gu, '').replace(/\r\n|\p{Cc}|[\u2028\u2029]/gu, ' ');
}

/**
 * Reads what a terminal sends and hands on what was typed: a bracketed paste, however it is cut up on its way, comes out
 * in one piece and without anything that acts as a key, so that no part of it submits a question or lands in the next.
 */
export function makePasteReader(): (chunk: Buffer | string) => string {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let pasting = false;
  return (chunk) => {
    let rest = held + (typeof chunk === 'string' ? chunk : decoder.write(chunk));
    let typed = '';
    for (;;) {
      const marker = pasting ? finish : begin;
      const at = rest.indexOf(marker);
      if (at === -1) break;
      const before = rest.slice(0, at);
      typed += pasting ? asTyped(before) : before;
      rest = rest.slice(at + marker.length);
      pasting = !pasting;
    }
    // A lone escape may be the Escape key, so it is not held back.
    const kept = pasting ? rest.length : pending(rest, begin, 2);
    held = rest.slice(rest.length - kept);
    return typed + rest.slice(0, rest.length - kept);
  };
}
