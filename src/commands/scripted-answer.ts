import type { Ask, Choice, Question, Say } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';

/** An answer given in advance. A function is called when its question comes, with the signal that withdraws it. */
type ScriptedAnswer = string | ((withdrawn?: AbortSignal) => Promise<string>);

/** Question id → its answers in order. */
export type Script = Readonly<Record<string, readonly ScriptedAnswer[]>>;

/**
 * Answers every question from a script, and shows each with its answer as if a person had typed it.
 * @param pause shows a question before it is answered, for as long as a person needs to follow
 */
export function scriptedPerson(say: Say, script: Script, pause: (question: string) => Promise<void>): Ask {
  const left = new Map(Object.entries(script).map(([id, answers]) => [id, [...answers]]));
  const unanswered = ({ id }: Pick<Question, 'id'>): never => {
    throw new Error(`the demo has no answer for the question ${id}`);
  };
  const next = (id: string): ScriptedAnswer => left.get(id)?.shift() ?? unanswered({ id });
  const show = async (message: string, answer: string): Promise<void> => {
    await pause(`? ${message}`);
    say.line(`? ${message}  ${answer}`);
  };
  const typed = async ({ id, signal }: Question): Promise<string> => {
    const answer = next(id);
    return typeof answer === 'string' ? answer : await answer(signal);
  };
  return {
    select: async ({ id, message, choices }) => {
      const choice = choiceOf(choices, next(id));
      await show(message, choice.name);
      return choice.value;
    },
    text: async (q) => {
      const waiting = q.status === undefined ? undefined : say.wait(q.status);
      try {
        const answer = await typed(q);
        const verdict = q.check?.(answer) ?? true;
        if (verdict !== true && answer !== '') throw new Error(`the demo's answer for ${q.id} is refused: ${verdict}`);
        await show(q.message, answer === '' ? 'Enter' : answer);
        return answer;
      } finally {
        waiting?.stop();
      }
    },
    password: async ({ id, message }) => {
      await show(message, '********');
      return new Secret(String(next(id)));
    },
    // The recommended way has no such questions.
    confirm: unanswered,
    checklist: unanswered,
    pressKey: unanswered,
  };
}

function choiceOf<T extends string>(choices: readonly Choice<T>[], value: ScriptedAnswer): Choice<T> {
  const choice = choices.find((candidate) => candidate.value === value);
  if (choice === undefined) throw new Error(`${String(value)} is not among the choices`);
  return choice;
}
