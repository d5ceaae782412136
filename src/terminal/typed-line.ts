import { fail } from '../ground/errors.ts';
import type { Asked } from './questioning.ts';
import type { Screen } from './screen.ts';
import { displayWidth } from './width.ts';

type Outcome = 'entered' | 'interrupted' | 'withdrawn';

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
        const outcome = typed.take(chunk.toString());
        if (outcome === null) return;
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

class TypedText {
  readonly #echo: (text: string) => void;
  #characters: string[] = [];

  constructor(echo: (text: string) => void) {
    this.#echo = echo;
  }

  get text(): string {
    return this.#characters.join('');
  }

  /** Returns `null` while the line goes on; what comes after Enter is dropped. Arrows and the like come one at a time. */
  take(keys: string): Outcome | null {
    for (const key of keys.startsWith('\u001b') ? [] : keys) {
      if (key === '\r' || key === '\n') return 'entered';
      if (key === '\u0004' && this.text === '') return 'interrupted';
      if (key === '\b' || key === '\u007f') this.#erase(1);
      else if (key === '\u0015') this.#erase(this.#characters.length);
      else if (!/\p{Cc}/u.test(key)) this.#add(key);
    }
    return null;
  }

  #add(character: string): void {
    this.#characters.push(character);
    this.#echo(character);
  }

  #erase(count: number): void {
    const erased = this.#characters.splice(Math.max(0, this.#characters.length - count));
    this.#echo('\b \b'.repeat(displayWidth(erased.join(''))));
  }
}
