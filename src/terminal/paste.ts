import { StringDecoder } from 'node:string_decoder';

/** What came from the terminal: keys, as their characters and sequences, or a paste, which holds no key. */
export interface Input {
  readonly kind: 'keys' | 'paste';
  readonly text: string;
}

const begin = '\u001b[200~';
const finish = '\u001b[201~';

/**
 * Tells bracketed pastes from keys, however they are cut up on their way. A paste comes out in one piece; new lines at its
 * ends are dropped and those inside it, like all controls, become spaces: so no part of it submits a question or lands in
 * the next.
 */
export function makePasteReader(): (chunk: Buffer | string) => readonly Input[] {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let pasting = false;
  return (chunk) => {
    let rest = held + (typeof chunk === 'string' ? chunk : decoder.write(chunk));
    const inputs: Input[] = [];
    for (;;) {
      const marker = pasting ? finish : begin;
      const at = rest.indexOf(marker);
      if (at === -1) break;
      const before = rest.slice(0, at);
      inputs.push(pasting ? { kind: 'paste', text: withoutKeys(before) } : { kind: 'keys', text: before });
      rest = rest.slice(at + marker.length);
      pasting = !pasting;
    }
    const ready = pasting ? 0 : rest.length - beginningAtEnd(rest);
    held = rest.slice(ready);
    inputs.push({ kind: 'keys', text: rest.slice(0, ready) });
    return inputs.filter(({ text }) => text !== '');
  };
}

function withoutKeys(pasted: string): string {
  return pasted.replace(/^[\r\n]+|[\r\n]+$/gu, '').replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, ' ');
}

/** How many characters at the end may begin a marker. A lone escape is the Escape key, so it is not held back. */
function beginningAtEnd(text: string): number {
  for (let length = begin.length - 1; length > 1; length -= 1) {
    if (text.endsWith(begin.slice(0, length))) return length;
  }
  return 0;
}
