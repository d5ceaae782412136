import { inspect } from 'node:util';

/** A value that must never be shown. It prints as `[secret]`, even in logs, JSON and templates. */
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

/** Returns the non-blank values, plain and URL-encoded. The longest comes first, because one may contain another. */
export function spellingsOf(values: readonly string[]): readonly string[] {
  const used = values.filter((value) => value.trim() !== '');
  const all = used.flatMap((value) => [value, new URLSearchParams([['', value]]).toString().slice(1)]);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}
