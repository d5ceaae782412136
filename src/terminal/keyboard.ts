import { InputReader, type Input } from './input-reader.ts';
import { watchJobControl, type PromptHost } from './job-control.ts';
import type { Keys, Typed } from './keys.ts';
import { takeTerminal } from './terminal-mode.ts';

const ends = ['end', 'close', 'error'] as const;

/**
 * The only reader of the terminal, from the first question until the program ends. It stays in raw mode between
 * questions, because otherwise the terminal would show text that is typed ahead, even a secret. In raw mode it has to
 * handle the control keys itself.
 */
export class Keyboard {
  readonly #host: PromptHost;
  readonly #obey: ReturnType<typeof watchJobControl>;
  #receiver: Keys | null = null;
  #typedAhead: Typed[] = [];
  #ended = false;

  constructor(host: PromptHost) {
    const { stdin } = host.own;
    this.#host = host;
    this.#obey = watchJobControl(host);
    const reader = new InputReader((input) => {
      this.#take(input);
    });
    stdin.on('data', (chunk: Buffer) => {
      reader.read(chunk);
    });
    for (const event of ends) {
      stdin.on(event, () => {
        this.#ended = true;
        this.#receiver?.onLeave();
      });
    }
    takeTerminal(host);
    stdin.resume();
    stdin.unref?.();
  }

  /** Passes text typed ahead and all further input to a question, and keeps the program running for it. */
  giveTo(receiver: Keys): void {
    this.#receiver = receiver;
    this.#host.own.stdin.ref?.();
    for (const input of this.#typedAhead.splice(0)) receiver.onInput(input);
    if (this.#ended) receiver.onLeave();
  }

  /** Keeps further input for the next question, without keeping the program running. */
  takeFrom(receiver: Keys): void {
    if (this.#receiver !== receiver) return;
    this.#receiver = null;
    this.#host.own.stdin.unref?.();
  }

  #take(input: Input): void {
    if (input.kind === 'control') {
      if (input.key === 'SIGINT' && this.#receiver !== null) this.#receiver.onLeave();
      else this.#obey(input.key);
    } else if (this.#receiver === null) {
      this.#typedAhead.push(input);
    } else {
      this.#receiver.onInput(input);
    }
  }
}
