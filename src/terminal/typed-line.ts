import { StringDecoder } from 'node:string_decoder';
import { fail } from '../errors.ts';
import type { Asked } from './questioning.ts';
import type { Screen } from './screen.ts';

// What is no character: escape sequences of the arrow and function keys.
const keySequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?/gsu;

/**
 * Reads one line that the person types, without ever drawing over what was shown; a hidden one is not shown at all.
 * Backspace and Ctrl-U mend it.
 * @throws Failure interrupted, on Ctrl-C, and on Ctrl-D in an empty line; the signal's reason
 */
export async function readTypedLine(
  screen: Screen,
  { keys, signal }: Asked,
  { prompt, hidden = false }: { prompt: string; hidden?: boolean },
): Promise<string> {
  const line = screen.openLine(`${prompt} `);
  const echo = (text: string): void => {
    if (!hidden) line.write(text);
  };
  const typed: string[] = [];
  const take = (character: string): 'go on' | 'done' => {
    switch (character) {
      case '\r':
      case '\n':
        return 'done';
      case '\u0003':
        throw fail('interrupted', {});
      case '\u0004':
        if (typed.length === 0) throw fail('interrupted', {});
        return 'go on';
      case '\b':
      case '\u007f':
        if (typed.pop() !== undefined) echo('\b \b');
        return 'go on';
      case '\u0015':
        echo('\b \b'.repeat(typed.length));
        typed.length = 0;
        return 'go on';
      default:
        if (/\p{Cc}/u.test(character)) return 'go on';
        typed.push(character);
        echo(character);
        return 'go on';
    }
  };
  try {
    await eachCharacter({ keys, signal }, take);
    return typed.join('');
  } finally {
    line.close();
  }
}

async function eachCharacter({ keys, signal }: Asked, take: (character: string) => 'go on' | 'done'): Promise<void> {
  const decoder = new StringDecoder('utf8');
  keys.setRawMode(true);
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      keys.on('data', (chunk: Buffer) => {
        try {
          for (const character of decoder.write(chunk).replace(keySequence, '')) {
            if (take(character) === 'done') {
              resolve();
              return;
            }
          }
        } catch (thrown) {
          reject(thrown as Error);
        }
      });
    });
  } finally {
    keys.removeAllListeners('data');
    keys.setRawMode(false);
  }
}
