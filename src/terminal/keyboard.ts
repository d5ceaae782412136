import { makePasteReader, type Input } from './paste.ts';
import type { PromptHost } from './questioning.ts';
import { markPastes } from './restore.ts';
import { interrupt, watchStops, type Leave } from './job-control.ts';

/** Keys that a terminal in its ordinary mode obeys itself. */
const ctrlC = '\u0003';
const ctrlZ = '\u001a';
const ctrlBackslash = '\u001c';

const ends = ['end', 'close', 'error'] as const;

/** Who gets what is typed while a question stands. */
export interface KeyReceiver {
  onInput(input: Input): void;
  /** No more can come. */
  onEnd(): void;
}

/**
 * The one reader of a terminal, from the first question until the program ends. In between two questions it stays in raw
 * mode, because the terminal would show what is typed ahead, a secret too; so the keys that the terminal obeys in its
 * ordinary mode are obeyed here.
 */
export class Keyboard {
  readonly #place: PromptHost;
  readonly #leave: Leave;
  #typist: KeyReceiver | null = null;
  #typedAhead: Input[] = [];
  #ended = false;

  constructor(place: PromptHost) {
    const { stdin, screen, marksPastes } = place;
    this.#place = place;
    this.#leave = watchStops(place);
    const read = makePasteReader();
    stdin.on('data', (chunk: Buffer) => {
      for (const input of read(chunk)) this.#take(input);
    });
    for (const event of ends) {
      stdin.on(event, () => {
        this.#ended = true;
        this.#typist?.onEnd();
      });
    }
    stdin.setRawMode?.(true);
    if (marksPastes) screen.control(markPastes.on);
    stdin.resume();
    stdin.unref?.();
  }

  /** Gives a question all that is typed, what was typed ahead of it first, and keeps the program running for that. */
  giveTo(typist: KeyReceiver): void {
    this.#typist = typist;
    this.#place.stdin.ref?.();
    for (const input of this.#typedAhead.splice(0)) typist.onInput(input);
    if (this.#ended) typist.onEnd();
  }

  /** Keeps what is typed from now on for the next question; the program does not go on for that alone. */
  takeFrom(typist: KeyReceiver): void {
    if (this.#typist !== typist) return;
    this.#typist = null;
    this.#place.stdin.unref?.();
  }

  #take(input: Input): void {
    if (input.kind === 'paste') this.#handOn(input);
    else for (const text of input.text.split(/([\u0003\u001a\u001c])/u)) this.#takeKeys(text);
  }

  #takeKeys(text: string): void {
    // readline would obey Ctrl-Z without leaving the terminal to the shell; Ctrl-C a question takes itself.
    if (text === ctrlZ) this.#leave('SIGTSTP');
    else if (text === ctrlC && this.#typist === null) interrupt(this.#place.own);
    else if (text === ctrlBackslash) this.#leave('SIGQUIT');
    else if (text !== '') this.#handOn({ kind: 'keys', text });
  }

  #handOn(input: Input): void {
    if (this.#typist === null) this.#typedAhead.push(input);
    else this.#typist.onInput(input);
  }
}
