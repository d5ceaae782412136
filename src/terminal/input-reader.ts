import { StringDecoder } from 'node:string_decoder';
import { keyOf } from './key-sequences.ts';

/** A key that the terminal's ordinary mode would obey itself. */
export type ControlKey = 'interrupt' | 'suspend' | 'quit';

/** Keys as their characters and sequences; a paste, which contains no key; or a control key. */
export type Input =
  { readonly kind: 'keys' | 'paste'; readonly text: string } | { readonly kind: 'control'; readonly key: ControlKey };

const controlKeys: Readonly<Record<string, ControlKey>> = {
  '\u0003': 'interrupt',
  '\u001a': 'suspend',
  '\u001c': 'quit',
};

/** How long the rest of a sequence may take to arrive, and the rest of a paste, in milliseconds. */
const sequenceTimeoutMs = 500;
const pasteTimeoutMs = 1_000;
/** Bytes of a paste; what comes after them is dropped. */
const pasteLimit = 1_048_576;
/** Longer control sequences are none; also how much of a paste is kept back, because its end may begin there. */
const longestSequence = 64;

/** Below, every text is a string of bytes: the coordinates in a mouse report may be no UTF-8. */
const endOfPaste = '\u001b[201~';
const typed = /^(?:[^\u0003\u001a\u001b\u001c\u00c2]|\u00c2[^\u0090\u0098\u009b-\u009f])+/u;
const eightBit = /^\u00c2([\u0090\u0098\u009b-\u009f])/u;
const sequence = /^\u001b\[(\[?[0-?]*)([ -/]*)([@-Z\\-~])/u;
const sequenceBegun = /^\u001b\[\[?[0-?]*[ -/]*/u;
/** Mode 1005 sends large coordinates as UTF-8, mode 1000 as bytes. */
const mouse = /^\u001b\[M(?:[\u00c2-\u00df][\u0080-\u00bf]|[^\u0003\u001a-\u001c]){3}/u;
const endOfReport = /\u0007|\u001b\\|\u00c2\u009c|(?=[\u0003\u001a\u001c])|(?=\u001b[^\\])/u;
const controlInPaste = /[\u0003\u0004\u001a\u001c]|\u001b\[([\d;:]+)([u~])/gu;

/**
 * Sorts what a terminal sends into keys, pastes and control keys, however it is cut up on its way. Reports (mouse, focus,
 * colors, cursor position and so on) are dropped, so that none becomes part of an answer. A sequence or a paste whose end
 * does not come is given up after a moment, and control keys are obeyed even inside one.
 */
export class InputReader {
  readonly #take: (input: Input) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #reading: 'keys' | 'report' | 'paste' = 'keys';
  #pasted = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(take: (input: Input) => void) {
    this.#take = take;
  }

  read(chunk: Buffer | string): void {
    clearTimeout(this.#timer);
    this.#rest += Buffer.from(chunk).toString('latin1');
    while (this.#rest !== '' && this.#readNext());
    if (this.#rest === '' && this.#reading === 'keys') return;
    const timeout = this.#reading === 'paste' ? pasteTimeoutMs : sequenceTimeoutMs;
    this.#timer = setTimeout(() => {
      this.#giveUp();
    }, timeout).unref();
  }

  #giveUp(): void {
    if (this.#reading === 'paste') this.#finishPaste(this.#rest.length, 0);
    this.#reading = 'keys';
    this.#rest = '';
  }

  /** Returns `false` when more has to arrive first. */
  #readNext(): boolean {
    if (this.#reading === 'paste') return this.#readPaste();
    if (this.#reading === 'report') return this.#skipReport();
    const text = typed.exec(this.#rest)?.[0] ?? '';
    if (text !== '') return this.#give(this.#decoder.write(Buffer.from(text, 'latin1')), text.length);
    const [first = ''] = this.#rest;
    if (first in controlKeys) return this.#give(first, 1);
    this.#rest = this.#rest.replace(
      eightBit,
      (_, code: string) => `\u001b${String.fromCharCode(code.charCodeAt(0) - 64)}`,
    );
    return this.#rest.startsWith('\u001b') && this.#readEscape();
  }

  #readEscape(): boolean {
    const next = this.#rest[1];
    if (next === undefined) return false;
    if (next === '[') return this.#readSequence();
    if (']PX^_'.includes(next)) {
      this.#reading = 'report';
      return this.#give('', 2);
    }
    if (next === 'O') return this.#readShiftedKey();
    // The Escape key, which no question uses, and then another key; or Alt and a character.
    return next < ' ' || next > '\u007f' ? this.#give('', 1) : this.#give(`\u001b${next}`, 2);
  }

  #readShiftedKey(): boolean {
    const key = this.#rest[2];
    if (key === undefined) return false;
    if (key < ' ') return this.#give('', 2);
    if (key === 'M') return this.#give('\r', 3);
    return this.#give(keyOf('', key), 3);
  }

  #readSequence(): boolean {
    const [whole = '', parameters = '', intermediates = '', final = ''] = sequence.exec(this.#rest) ?? [];
    if (whole === '') {
      const begun = sequenceBegun.exec(this.#rest)?.[0].length ?? 0;
      return (begun < this.#rest.length || begun > longestSequence) && this.#give('', begun);
    }
    if (whole === '\u001b[M') return this.#skipMouse();
    if (whole !== '\u001b[200~') return this.#give(intermediates === '' ? keyOf(parameters, final) : '', whole.length);
    this.#reading = 'paste';
    return this.#give('', whole.length);
  }

  #skipMouse(): boolean {
    const report = mouse.exec(this.#rest)?.[0];
    if (report !== undefined) return this.#give('', report.length);
    const end = this.#rest.slice(3).search(/[\u0003\u001a-\u001c]/u);
    return end !== -1 && this.#give('', 3 + end);
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
    const end = this.#rest.indexOf(endOfPaste);
    if (end !== -1) return this.#finishPaste(end, endOfPaste.length);
    const key = Array.from(this.#rest.matchAll(controlInPaste)).find(
      ([, parameters, final = '']) =>
        parameters === undefined || /^[\u0003\u0004\u001a\u001c]$/u.test(keyOf(parameters, final)),
    );
    if (key !== undefined) return this.#finishPaste(key.index, 0);
    const kept = Math.max(0, this.#rest.length - longestSequence);
    this.#keepPasted(kept);
    this.#rest = this.#rest.slice(kept);
    return false;
  }

  #keepPasted(length: number): void {
    this.#pasted = (this.#pasted + this.#rest.slice(0, length)).slice(0, pasteLimit);
  }

  #finishPaste(length: number, marker: number): boolean {
    this.#keepPasted(length);
    const text = withoutKeys(Buffer.from(this.#pasted, 'latin1').toString());
    this.#pasted = '';
    this.#reading = 'keys';
    if (text !== '') this.#take({ kind: 'paste', text });
    return this.#give('', length + marker);
  }

  /** Hands on a key that is `length` bytes of what came; an empty text is nothing to hand on. */
  #give(text: string, length: number): true {
    this.#rest = this.#rest.slice(length);
    const key = controlKeys[text];
    if (key !== undefined) this.#take({ kind: 'control', key });
    else if (text !== '') this.#take({ kind: 'keys', text });
    return true;
  }
}

/**
 * New lines at the ends of a paste are dropped and those inside it, like all controls, become spaces: so no part of it
 * submits a question or lands in the next.
 */
function withoutKeys(pasted: string): string {
  return pasted.replace(/^[\r\n]+|[\r\n]+$/gu, '').replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, ' ');
}
