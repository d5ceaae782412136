import { StringDecoder } from 'node:string_decoder';
import { beginsPaste, giveUpOn, isAmbiguous, pasteLimit, readEscape, type Token } from './escape-sequences.ts';

/** The signal of a key that the terminal itself handles outside raw mode. */
export type ControlKey = 'SIGINT' | 'SIGTSTP' | 'SIGQUIT';

/** Keys as characters and sequences, pasted text, or a control key. */
export type Input =
  { readonly kind: 'keys' | 'paste'; readonly text: string } | { readonly kind: 'control'; readonly key: ControlKey };

const controlKeys: ReadonlyMap<string, ControlKey> = new Map([
  ['\u0003', 'SIGINT'],
  ['\u001a', 'SIGTSTP'],
  ['\u001c', 'SIGQUIT'],
]);

/** How long to wait for the rest of a sequence or paste, in milliseconds. */
const timeoutMs = 500;
const pasteTimeoutMs = 1_000;
/** Less after Escape or Alt-[ alone, because terminals send a sequence in one piece. */
const aloneTimeoutMs = 50;

/** Ordinary characters. From here on, strings hold bytes, as in escape-sequences.ts. */
const typed = /^(?:[^\u0003\u001a\u001b\u001c\u00c2]|\u00c2(?![\u0090\u0098\u009b-\u009f]|$))+/u;
const eightBit = /^\u00c2([\u0090\u0098\u009b-\u009f])/u;

/**
 * Splits a terminal's input into keys, pastes and control keys, in whatever chunks it arrives. Drops reports, such as
 * the mouse's. Gives up on an unfinished sequence or paste after a moment. Control keys work even inside one.
 */
export class InputReader {
  readonly #take: (input: Input) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #reads = 0;

  constructor(take: (input: Input) => void) {
    this.#take = take;
  }

  read(chunk: Buffer | string): void {
    const before = this.#rest;
    this.#rest += Buffer.from(chunk).toString('latin1');
    for (let token = this.#next(); token !== null; token = this.#next()) this.#give(token);
    // Keeps the last bytes, which may be the beginning of the end marker.
    if (this.#rest.length > pasteLimit) this.#rest = this.#rest.slice(0, pasteLimit) + this.#rest.slice(-64);
    if (isAmbiguous(before) && isAmbiguous(this.#rest)) return;
    const reads = ++this.#reads;
    if (this.#rest === '') return;
    // If the program was blocked, the rest may be waiting already. It is read before the immediate runs.
    const giveUp = (): void => {
      if (reads === this.#reads) this.#giveUp();
    };
    setTimeout(() => setImmediate(giveUp), timeoutFor(this.#rest)).unref();
  }

  #giveUp(): void {
    this.#give(giveUpOn(this.#rest));
    this.read('');
  }

  /** Returns `null` if more bytes must arrive first. */
  #next(): Token | null {
    const [first = ''] = this.#rest;
    if (controlKeys.has(first)) return { length: 1, text: first };
    const text = typed.exec(this.#rest)?.[0];
    if (text !== undefined) return { length: text.length, text: this.#decoder.write(Buffer.from(text, 'latin1')) };
    this.#rest = this.#rest.replace(
      eightBit,
      (_, code: string) => `\u001b${String.fromCharCode(code.charCodeAt(0) - 64)}`,
    );
    return this.#rest.startsWith('\u001b') ? readEscape(this.#rest) : null;
  }

  #give({ length, text, isPaste = false }: Token): void {
    this.#rest = this.#rest.slice(length);
    const key = controlKeys.get(text);
    if (key !== undefined) this.#take({ kind: 'control', key });
    else if (text !== '') this.#take({ kind: isPaste ? 'paste' : 'keys', text });
  }
}

function timeoutFor(bytes: string): number {
  if (beginsPaste(bytes)) return pasteTimeoutMs;
  return /^\u001b\[?$/u.test(bytes) ? aloneTimeoutMs : timeoutMs;
}
