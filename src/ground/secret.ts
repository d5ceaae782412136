import { inspect } from 'node:util';

/**
 * A value that must never be shown: App Secret, tokens, authorization code, shop cipher, passphrase, data key.
 * Printed, logged, put into JSON or into a template it is `[secret]`; `reveal()` is the one way to the value.
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
