import { StringDecoder } from 'node:string_decoder';
import { beginsPaste, giveUpOn, isAmbiguous, pasteLimit, readEscape, type Token } from './escape-sequences.ts';

/** The signal of a key that the terminal's ordinary mode would handle itself. */
export type ControlKey = 'SIGINT' | 'SIGTSTP' | 'SIGQUIT';

/** Keys as their characters and sequences; a paste, which contains no key; or a control key. */
export type Input =
  { readonly kind: 'keys' | 'paste'; readonly text: string } | { readonly kind: 'control'; readonly key: ControlKey };

const controlKeys: ReadonlyMap<string, ControlKey> = new Map([
  ['\u0003', 'SIGINT'],
  ['\u001a', 'SIGTSTP'],
  ['\u001c', 'SIGQUIT'],
]);

/** How long the rest of a sequence or of a paste may take to arrive, in milliseconds. */
const timeoutMs = 500;
const pasteTimeoutMs = 1_000;
/** The same after Escape or Alt-[ alone: terminals send a sequence in one piece, and nobody types that fast. */
const aloneTimeoutMs = 50;

/** Below, every text is a string of bytes, as in escape-sequences.ts. */
const typed = /^(?:[^\u0003\u001a\u001b\u001c\u00c2]|\u00c2(?![\u0090\u0098\u009b-\u009f]|$))+/u;
const eightBit = /^\u00c2([\u0090\u0098\u009b-\u009f])/u;

/**
 * Separates a terminal's input into keys, pastes and control keys, however it is split in transit. Reports, such as the
 * mouse's, are dropped. An unfinished sequence or paste is abandoned after a moment, and control keys work even inside.
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
    // Its last bytes may be the beginning of the end marker.
    if (this.#rest.length > pasteLimit) this.#rest = this.#rest.slice(0, pasteLimit) + this.#rest.slice(-64);
    if (isAmbiguous(before) && isAmbiguous(this.#rest)) return;
    const reads = ++this.#reads;
    if (this.#rest === '') return;
    // If the program was blocked, the rest may already be waiting to be read, which happens before the immediate.
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
