import { StringDecoder } from 'node:string_decoder';
import { beginsPaste, giveUpOn, isAmbiguous, pasteLimit, readEscape, type Token } from './escape-sequences.ts';

/** The signals of the keys that the terminal itself handles outside raw mode. */
export type ControlKey = 'SIGINT' | 'SIGTSTP' | 'SIGQUIT';

export const controlKeys: ReadonlyMap<string, ControlKey> = new Map([
  ['\u0003', 'SIGINT'],
  ['\u001a', 'SIGTSTP'],
  ['\u001c', 'SIGQUIT'],
]);

/** Ordinary characters. From here on, each character is a byte, as in escape-sequences.ts. */
const typed = /^(?:[^\u0003\u001a\u001b\u001c\u00c2]|\u00c2(?![\u0090\u0098\u009b-\u009f]|$))+/u;
const eightBit = /^\u00c2([\u0090\u0098\u009b-\u009f])/u;

/**
 * Splits a terminal's input, in whatever chunks it arrives, into keys, pastes and control keys. Drops reports, such as
 * the mouse's. Gives up on an unfinished sequence or paste after a moment. Control keys work even inside one.
 */
export function inputReader(take: (input: Token) => void): (chunk: Buffer | string) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let reads = 0;

  /** Returns `null` if more bytes must arrive first. */
  const next = (): Token | null => {
    const [first = ''] = rest;
    if (controlKeys.has(first)) return { length: 1, text: first };
    const text = typed.exec(rest)?.[0];
    if (text !== undefined) return { length: text.length, text: decoder.write(Buffer.from(text, 'latin1')) };
    rest = rest.replace(eightBit, (_, code: string) => `\u001b${String.fromCharCode(code.charCodeAt(0) - 64)}`);
    return rest.startsWith('\u001b') ? readEscape(rest) : null;
  };
  const give = (token: Token): void => {
    rest = rest.slice(token.length);
    if (token.text !== '') take(token);
  };
  const read = (chunk: Buffer | string): void => {
    const before = rest;
    rest += Buffer.from(chunk).toString('latin1');
    for (let token = next(); token !== null; token = next()) give(token);
    // Keep the last bytes, because they may be the beginning of the end marker.
    if (rest.length > pasteLimit) rest = rest.slice(0, pasteLimit) + rest.slice(-64);
    if (isAmbiguous(before) && isAmbiguous(rest)) return;
    const current = ++reads;
    if (rest === '') return;
    const giveUp = (): void => {
      if (current !== reads) return;
      give(giveUpOn(rest));
      read('');
    };
    // If the program was blocked, the rest may already be waiting. Node reads it before it runs the immediate.
    setTimeout(() => setImmediate(giveUp), timeoutFor(rest)).unref();
  };
  return read;
}

/** In milliseconds. Escape or Alt-[ is probably the whole key, because terminals send a sequence in one piece. */
function timeoutFor(bytes: string): number {
  if (beginsPaste(bytes)) return 1_000;
  return /^\u001b\[?$/u.test(bytes) ? 50 : 500;
}
