import type { Ask, Question, Say } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';

type ScriptedAnswer = string | ((canceled?: AbortSignal) => Promise<string>);

/** The answers to each question, in order, by the question's id. A function gets the signal that cancels the question. */
export type Script = Readonly<Record<string, ScriptedAnswer[]>>;

/** Answers every question from a script, after a pause, and prints the answer as if the user had typed it. */
export function scriptedUser(say: Say, script: Script, pause: (question: string) => Promise<void>): Ask {
  const unanswered = ({ id }: Pick<Question, 'id'>): never => {
    throw new Error(`the demo has no answer for the question ${id}`);
  };
  const next = (id: string): ScriptedAnswer => script[id]?.shift() ?? unanswered({ id });
  const show = async (message: string, answer: string): Promise<void> => {
    await pause(`? ${message}`);
    say.line(`? ${message}  ${answer}`);
  };
  return {
    select: async ({ id, message, choices }) => {
      const value = next(id);
      const choice = choices.find((one) => one.value === value) ?? unanswered({ id });
      await show(message, choice.name);
      return choice.value;
    },
    text: async ({ id, message, status, check, signal }) => {
      const waiting = status === undefined ? undefined : say.wait(status);
      try {
        const scripted = next(id);
        const answer = typeof scripted === 'string' ? scripted : await scripted(signal);
        const verdict = check?.(answer) ?? true;
        if (verdict !== true && answer !== '') throw new Error(`the demo's answer for ${id} is refused: ${verdict}`);
        await show(message, answer === '' ? 'Enter' : answer);
        return answer;
      } finally {
        waiting?.stop();
      }
    },
    password: async ({ id, message }) => {
      await show(message, '********');
      return new Secret(String(next(id)));
    },
    // These questions don't come up on the recommended path.
    confirm: unanswered,
    checklist: unanswered,
    pressKey: unanswered,
  };
}
