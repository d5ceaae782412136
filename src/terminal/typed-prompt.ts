import type { Interface, Key } from 'node:readline';
import { createPrompt, isEnterKey, isTabKey, useKeypress, useState } from '@inquirer/core';
import { emptyLine, type Line } from './drawing.ts';
import { pasteName, type Asked } from './questioning.ts';
import type { Reading } from './typed-answers.ts';

interface TypedSettings<T> {
  /** The text that Tab inserts into an empty line. */
  readonly preset?: string;
  /** Whether the cursor must stay at the end of the line, because the terminal can't redraw. */
  readonly isPlain?: boolean;
  readonly keepsRefused?: boolean;
  readonly read: (text: string) => Reading<T>;
  /** Shows the line. `fault` says why the previous one was refused, or is empty. */
  readonly show: (line: Line, fault: string) => void;
}

/** Asks for a line until it is valid. Draws nothing itself. */
export const typedPrompt: <T>(settings: TypedSettings<T>, asked: Asked) => Promise<T> = createPrompt(view);

function view<T>(settings: TypedSettings<T>, done: (answer: T) => void): string {
  const { preset = '', isPlain, keepsRefused = false, read, show } = settings;
  const [line, setLine] = useState(emptyLine);
  const [fault, setFault] = useState('');
  useKeypress((key, rl) => {
    const reading = isEnterKey(key) ? read(line.text) : { fault: '' };
    if ('value' in reading) {
      done(reading.value);
      return;
    }
    if (isTabKey(key)) {
      rl.clearLine(0);
      rl.write(line.text || preset);
    } else if (keepsRefused && isEnterKey(key)) {
      // readline has cleared its line, so type it again.
      rl.write(line.text);
    } else if (keepsRefused && fault !== '' && key.name === pasteName) {
      rl.clearLine(0);
      rl.write((key as Key).sequence ?? '');
    }
    setFault(reading.fault);
    setLine(isPlain === true ? typedAtEnd(isEnterKey(key) ? '' : line.text, key) : lineOf(rl));
  });
  show(line, fault);
  return '';
}

/** Returns the line and cursor of node:readline's interface. @inquirer/core's type doesn't include the cursor. */
export function lineOf(rl: object): Line {
  const { line, cursor } = rl as Interface;
  return { text: line, cursor };
}

/** Edits the line itself, because node:readline can't on a dumb terminal. */
function typedAtEnd(before: string, { name, ctrl, sequence = '' }: Key): Line {
  const characters = Array.from(before);
  if (name === 'backspace') characters.pop();
  else if (ctrl === true && name === 'u') characters.length = 0;
  else if (!/\p{Cc}/u.test(sequence)) characters.push(sequence);
  const text = characters.join('');
  return { text, cursor: text.length };
}
