import type { Ask, Choice, Say } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';

/** An answer given in advance. `all` ticks a whole checklist; `left open` never answers. */
export type ScriptedAnswer = string | boolean | Secret;

/**
 * Somebody to ask who has all the answers: each question is shown with its answer, as if a person had typed it.
 * @param fillings question id → answer; a question without one is a mistake in the program
 */
export function filledIn(say: Say, fillings: Readonly<Record<string, ScriptedAnswer>>): Ask {
  const show = (message: string, answer: string): void => {
    say.line(`? ${message}  ${answer}`);
  };
  const fillingOf = (id: string): ScriptedAnswer => {
    const filling = fillings[id];
    if (filling === undefined) throw new Error(`the demo has no answer for the question ${id}`);
    return filling;
  };
  const nameOf = <T extends string>(choices: readonly Choice<T>[], value: string): T => {
    const choice = choices.find((candidate) => candidate.value === value);
    if (choice === undefined) throw new Error(`${value} is not among the choices`);
    return choice.value;
  };
  return {
    select: ({ id, message, choices }) => {
      const value = nameOf(choices, String(fillingOf(id)));
      show(message, choices.find((choice) => choice.value === value)?.name ?? value);
      return Promise.resolve(value);
    },
    confirm: ({ id, message }) => {
      const answer = fillingOf(id) === true;
      show(message, answer ? 'yes' : 'no');
      return Promise.resolve(answer);
    },
    text: ({ id, message, status, signal, check }) => {
      const answer = String(fillingOf(id));
      if (answer === 'left open') return leftOpen(say, status ?? (() => message), signal);
      const verdict = check?.(answer) ?? true;
      if (verdict !== true) throw new Error(`the demo's answer for ${id} is refused: ${verdict}`);
      show(message, answer);
      return Promise.resolve(answer);
    },
    password: ({ id, message }) => {
      const answer = fillingOf(id);
      show(message, '********');
      return Promise.resolve(answer instanceof Secret ? answer : new Secret(String(answer)));
    },
    checklist: ({ id, message, choices }) => {
      if (fillingOf(id) !== 'all') throw new Error(`the demo can only tick all of ${id}`);
      show(message, `all ${String(choices.length)}`);
      return Promise.resolve(choices.map(({ value }) => value));
    },
    pressEnter: ({ message }) => {
      say.line(`? ${message}`);
      return Promise.resolve();
    },
  };
}

async function leftOpen(say: Say, status: () => string, signal: AbortSignal | undefined): Promise<string> {
  const waiting = say.wait(status);
  return await new Promise<string>((_, reject) => {
    const withdraw = (): void => {
      waiting.stop();
      reject(new Error('withdrawn'));
    };
    if (signal?.aborted === true) withdraw();
    else signal?.addEventListener('abort', withdraw, { once: true });
  });
}
