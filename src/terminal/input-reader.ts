import { StringDecoder } from 'node:string_decoder';
import { altKey, ambiguousAlt, longestSequence, readEscape, type Escape } from './escape-sequences.ts';
import { endOfPaste, pastedText } from './paste.ts';

/** A key that the terminal's ordinary mode would obey itself. */
export type ControlKey = 'interrupt' | 'suspend' | 'quit';

/** Keys as their characters and sequences; a paste, which contains no key; or a control key. */
export type Input =
  { readonly kind: 'keys' | 'paste'; readonly text: string } | { readonly kind: 'control'; readonly key: ControlKey };

const controlKeys: ReadonlyMap<string, ControlKey> = new Map([
  ['\u0003', 'interrupt'],
  ['\u001a', 'suspend'],
  ['\u001c', 'quit'],
]);

/** How long the rest of a sequence may take to arrive, and the rest of a paste, in milliseconds. */
const timeoutMs = { keys: 500, report: 500, paste: 1_000 } as const;
/** The same after Escape or Alt-[ alone: terminals send a sequence in one piece, and nobody types that fast. */
const aloneTimeoutMs = 50;
/** Bytes of a paste; what comes after them is dropped. */
const pasteLimit = 1_048_576;

/** Below, every text is a string of bytes, as in escape-sequences.ts. */
const typed = /^(?:[^\u0003\u001a\u001b\u001c\u00c2]|\u00c2[^\u0090\u0098\u009b-\u009f])+/u;
const eightBit = /^\u00c2([\u0090\u0098\u009b-\u009f])/u;
const endOfReport = /\u0007|\u001b\\|\u00c2\u009c|(?=[\u0003\u001a\u001c])|(?=\u001b[^\\])/u;

/**
 * Sorts what a terminal sends into keys, pastes and control keys, however it is cut up on its way. Reports (mouse, focus,
 * colors, cursor position and so on) are dropped, so that none becomes part of an answer. A sequence or a paste without its
 * end is given up after a moment, and control keys are obeyed even inside one.
 */
export class InputReader {
  readonly #take: (input: Input) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #reading: 'keys' | 'report' | 'paste' = 'keys';
  #pasted = '';
  #reads = 0;

  constructor(take: (input: Input) => void) {
    this.#take = take;
  }

  read(chunk: Buffer | string): void {
    const before = this.#rest;
    this.#rest += Buffer.from(chunk).toString('latin1');
    while (this.#rest !== '' && this.#readNext());
    // What is typed after Alt must not wait for a pause.
    if (ambiguousAlt.test(before) && this.#rest.startsWith(before)) return;
    const reads = ++this.#reads;
    if (this.#rest === '' && this.#reading === 'keys') return;
    const isAlone = this.#reading === 'keys' && /^\u001b\[?$/u.test(this.#rest);
    // When the program was held up, the rest may already be waiting to be read: that comes before the immediate.
    const giveUp = (): void => {
      if (reads === this.#reads) this.#giveUp();
    };
    // When the program was held up, the rest may already be waiting to be read: that comes before the immediate.
    setTimeout(() => setImmediate(giveUp), isAlone ? aloneTimeoutMs : timeoutMs[this.#reading]).unref();
  }

  /** Takes a string that never ended for Alt and what was typed after it. */
  #giveUp(): void {
    if (this.#reading === 'paste') this.#finishPaste(this.#rest.length, 0);
    else if (this.#reading === 'keys' && ambiguousAlt.test(this.#rest)) this.#giveKey(altKey(this.#rest));
    else this.#rest = '';
    this.#reading = 'keys';
    this.read('');
  }

  /** Returns `false` when more has to arrive first. */
  #readNext(): boolean {
    if (this.#reading === 'paste') return this.#readPaste();
    if (this.#reading === 'report') return this.#skipReport();
    const text = typed.exec(this.#rest)?.[0] ?? '';
    if (text !== '') return this.#give(this.#decoder.write(Buffer.from(text, 'latin1')), text.length);
    const [first = ''] = this.#rest;
    if (controlKeys.has(first)) return this.#give(first, 1);
    this.#rest = this.#rest.replace(
      eightBit,
      (_, code: string) => `\u001b${String.fromCharCode(code.charCodeAt(0) - 64)}`,
    );
    const escape = this.#rest.startsWith('\u001b') ? readEscape(this.#rest) : null;
    return escape !== null && this.#giveKey(escape);
  }

  #giveKey({ key, length, then }: Escape): true {
    this.#reading = then ?? 'keys';
    return this.#give(key, length);
  }

  #skipReport(): boolean {
    const end = endOfReport.exec(this.#rest);
    if (end === null) {
      this.#rest = /[\u001b\u00c2]$/u.exec(this.#rest)?.[0] ?? '';
      return false;
    }
    this.#reading = 'keys';
    return this.#give('', end.index + end[0].length);
  }

  #readPaste(): boolean {
    const end = endOfPaste(this.#rest);
    if (end !== null) return this.#finishPaste(end.at, end.markLength);
    // The end may begin in what is left.
    this.#keepPasted(Math.max(0, this.#rest.length - longestSequence));
    return false;
  }

  #keepPasted(length: number): void {
    this.#pasted = (this.#pasted + this.#rest.slice(0, length)).slice(0, pasteLimit);
    this.#rest = this.#rest.slice(length);
  }

  #finishPaste(length: number, markLength: number): boolean {
    this.#keepPasted(length);
    const text = pastedText(this.#pasted);
    this.#pasted = '';
    this.#reading = 'keys';
    if (text !== '') this.#take({ kind: 'paste', text });
    return this.#give('', markLength);
  }

  /** Passes on a key that took `length` bytes; an empty text was no key. */
  #give(text: string, length: number): true {
    this.#rest = this.#rest.slice(length);
    const key = controlKeys.get(text);
    if (key !== undefined) this.#take({ kind: 'control', key });
    else if (text !== '') this.#take({ kind: 'keys', text });
    return true;
  }
}
