import { inspect } from 'node:util';

/**
 * A value that must never be shown: App Secret, tokens, authorization code, shop cipher, passphrase, data key. It
 * prints as `[secret]`, even in logs, JSON and templates. Only `reveal()` returns the value.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
