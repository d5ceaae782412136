import type { Io } from '../ground/io.ts';
import { toJson } from '../output/json.ts';
import type { Style } from '../output/style.ts';

/** What a command is given: the outside world, and the one place for results. */
export interface Program {
  readonly io: Io;
  readonly version: string;
  /** Prints a result for a program on stdout as it is, with a newline after it. */
  readonly print: (text: string) => void;
  /** Prints a result for a person, on a terminal wrapped to its width. */
  readonly printText: (text: string) => void;
  /** The same text as it would be printed, in pieces that fit on the screen; one piece where stdout is no terminal. */
  readonly pages: (text: string) => readonly string[];
  /** How results on stdout are formatted. */
  readonly style: Style;
}

/** 0: done, or saved to be resumed. 1: failed, including a failed check of `doctor`. 130: interrupted, with a result. */
export type ExitCode = 0 | 1 | 130;

/** Prints a result: as one JSON document, or as text for a person. */
export function show<T>(
  { print, printText, style }: Pick<Program, 'print' | 'printText' | 'style'>,
  json: boolean,
  result: T,
  asJson: (result: T) => object,
  asText: (result: T, style: Style) => string,
): void {
  if (json) print(toJson(asJson(result)));
  else printText(asText(result, style));
}
