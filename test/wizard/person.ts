import type { Ask, Say } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';

/**
 * One answer; for a checklist, the list of checked values. A function gets the wizard's messages so far; for a
 * yes-or-no question, it returns `yes` or `no`. In a menu or a text, an empty string means Enter alone.
 */
export type Scripted = string | boolean | readonly string[] | Secret | ((said: readonly string[]) => Promise<string>);

export interface Person {
  readonly ask: Ask;
  readonly say: Say;
  /** Every message shown to the user, in order. */
  readonly shown: readonly string[];
  /** The ids of the questions, in order. */
  readonly asked: readonly string[];
  /** The messages before each question, since the previous one, without wait messages. */
  readonly screens: readonly { readonly question: string; readonly said: readonly string[] }[];
  /** The message for each refused answer. */
  readonly refusals: readonly string[];
  /** Fails if a prepared answer was never used. */
  expectNothingLeft(): void;
}

/**
 * A user at the terminal with prepared answers. A question without an answer throws. If a check refuses an answer,
 * that is recorded and the next prepared answer is given, as if the user tried again.
 * @param script question id → the answers in order
 * @param interruption cancels every question, as the terminal's does
 */
export function personWith(
  script: Readonly<Record<string, readonly Scripted[]>>,
  interruption = new AbortController().signal,
): Person {
  const left = new Map(Object.entries(script).map(([id, answers]) => [id, [...answers]]));
  const shown: string[] = [];
  const asked: string[] = [];
  const refusals: string[] = [];
  const screens: { question: string; said: readonly string[] }[] = [];
  let seen = 0;

  const next = (id: string): Scripted => {
    asked.push(id);
    screens.push({ question: id, said: shown.slice(seen).filter((text) => !text.startsWith('wait: ')) });
    seen = shown.length;
    const answer = left.get(id)?.shift();
    if (answer === undefined) {
      throw new Error(`no answer was prepared for “${id}”. Shown so far:\n${shown.join('\n')}`);
    }
    return answer;
  };

  const given = (answer: Scripted, signal = interruption): Scripted | Promise<string> =>
    typeof answer === 'function' ? cancelable(answer(shown), signal) : answer;

  const typed = async (
    id: string,
    signal: AbortSignal | undefined,
    check: ((answer: string) => true | string) | undefined,
  ): Promise<string> => {
    for (;;) {
      const answer = await given(next(id), signal);
      const text = answer instanceof Secret ? answer.reveal() : String(answer);
      const verdict = check?.(text) ?? true;
      if (verdict === true) return text;
      refusals.push(verdict);
    }
  };

  return {
    shown,
    asked,
    refusals,
    screens,
    ask: {
      select: async ({ id, choices, default: start, signal }) => {
        const answer = await given(next(id), signal);
        const first =
          choices.find(({ value }) => value === start) ?? choices.find((one) => one.recommended) ?? choices[0];
        const chosen = answer === '' ? first : choices.find(({ value }) => value === answer);
        if (chosen === undefined) throw new Error(`“${String(answer)}” isn’t a choice for “${id}”`);
        return chosen.value;
      },
      confirm: async ({ id, signal }) => {
        const answer = await given(next(id), signal);
        return answer === true || answer === 'yes';
      },
      text: ({ id, signal, check, status }) =>
        typed(id, signal, (answer) => (answer === '' && status !== undefined) || (check?.(answer) ?? true)),
      password: async ({ id, signal, check }) => new Secret(await typed(id, signal, check)),
      checklist: ({ id, choices }) => {
        const answer = next(id);
        if (!Array.isArray(answer)) throw new Error(`“${id}” takes a list`);
        return Promise.resolve(choices.map(({ value }) => value).filter((value) => answer.includes(value)));
      },
      pressKey: async ({ id, signal }) => String(await given(next(id), signal)),
    },
    say: {
      heading: (text, progress) =>
        shown.push(
          `# ${progress === undefined ? '' : `Step ${String(progress.step)} of ${String(progress.of)} · `}${text}`,
        ),
      line: (text = '') => shown.push(text),
      instruction: (text) => shown.push(text),
      hint: (text) => shown.push(text),
      value: (text) => shown.push(text),
      copy: (text, note) => shown.push(note === undefined ? text : `${text} (${note})`),
      done: (text) => shown.push(`done: ${text}`),
      warn: (text) => shown.push(`warning: ${text}`),
      fail: (text) => shown.push(`failed: ${text}`),
      wait: (text) => {
        shown.push(`wait: ${text()}`);
        return { stop: () => undefined };
      },
    },
    expectNothingLeft: () => {
      const unused = [...left].filter(([, answers]) => answers.length > 0).map(([id]) => id);
      if (unused.length > 0) throw new Error(`these prepared answers were never used: ${unused.join(', ')}`);
    },
  };
}

/** Never answers. For a question that stays open while the program waits for something else. */
export const leavesOpen = (): Promise<string> => new Promise<string>(() => undefined);

async function cancelable(answer: Promise<string>, signal: AbortSignal | undefined): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    const cancel = (): void => {
      reject(new Error('the question was canceled'));
    };
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted === true) cancel();
    answer.then(resolve, reject);
  });
}
