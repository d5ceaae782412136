import { fail } from '../ground/errors.ts';
import type { Asked } from './questioning.ts';
import type { Screen } from './screen.ts';

/**
 * Reads one line that the person types, without drawing over anything; a hidden one is not echoed at all. Backspace and
 * Ctrl-U correct it.
 * @throws Failure interrupted, on Ctrl-C, and on Ctrl-D in an empty line; the signal's reason
 */
export async function readTypedLine(
  screen: Screen,
  { keys, signal }: Asked,
  { prompt, hidden = false }: { prompt: string; hidden?: boolean },
): Promise<string> {
  const line = screen.openLine(`${prompt} `);
  const typed = new TypedText((echoed) => {
    if (!hidden) line.write(echoed);
  });
  try {
    const outcome = await new Promise<Outcome>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('withdrawn');
      });
      keys.on('data', (chunk: Buffer) => {
        const text = chunk.toString();
        // Arrows and the like come one at a time; nothing here moves.
        const outcome = text.startsWith('\u001b') ? 'open' : typed.take(text);
        if (outcome === 'open') return;
        // Input that was typed ahead comes in several pieces at once.
        keys.removeAllListeners('data');
        resolve(outcome);
      });
    });
    signal.throwIfAborted();
    if (outcome === 'interrupted') throw fail('interrupted', {});
    return typed.text;
  } finally {
    keys.removeAllListeners('data');
    line.close();
  }
}

type Outcome = 'entered' | 'interrupted' | 'withdrawn';

class TypedText {
  readonly #echo: (text: string) => void;
  #characters: string[] = [];

  constructor(echo: (text: string) => void) {
    this.#echo = echo;
  }

  get text(): string {
    return this.#characters.join('');
  }

  /** What comes after Enter is dropped. */
  take(keys: string): Outcome | 'open' {
    for (const key of keys) {
      const outcome = this.#takeKey(key);
      if (outcome !== 'open') return outcome;
    }
    return 'open';
  }

  #takeKey(key: string): Outcome | 'open' {
    switch (key) {
      case '\r':
      case '\n':
        return 'entered';
      case '\u0004':
        return this.#characters.length === 0 ? 'interrupted' : 'open';
      case '\b':
      case '\u007f':
        this.#erase(1);
        return 'open';
      case '\u0015':
        this.#erase(this.#characters.length);
        return 'open';
      default:
        if (!/\p{Cc}/u.test(key)) this.#add(key);
        return 'open';
    }
  }

  #add(character: string): void {
    this.#characters.push(character);
    this.#echo(character);
  }

  #erase(count: number): void {
    const erased = this.#characters.splice(this.#characters.length - count, count);
    this.#echo('\b \b'.repeat(erased.length));
  }
}
