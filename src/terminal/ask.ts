import type { Ask } from '../ground/io.ts';
import type { QuestionSettings } from './prompts.ts';

export interface AskSettings extends QuestionSettings {
  /** Lines to type in place of questions that are drawn over: for screen readers and dumb terminals. */
  readonly plain: boolean;
}

/**
 * Asks on a terminal. Every question rejects with the reason of its signal or of the place's, and with Failure
 * interrupted on Ctrl-C and when stdin ends. What draws the questions is loaded with the first of them.
 */
export function makeAsk({ plain, ...settings }: AskSettings): Ask {
  let loaded: Promise<Ask> | undefined;
  const load = async (): Promise<Ask> => {
    if (plain) return (await import('./plain-questions.ts')).makePlainQuestions(settings);
    return (await import('./prompts.ts')).makePrompts(settings);
  };
  const ask = (): Promise<Ask> => (loaded ??= load());
  return {
    select: async (q) => await (await ask()).select(q),
    confirm: async (q) => await (await ask()).confirm(q),
    text: async (q) => await (await ask()).text(q),
    password: async (q) => await (await ask()).password(q),
    checklist: async (q) => await (await ask()).checklist(q),
    pressKey: async (q) => {
      await (await ask()).pressKey(q);
    },
  };
}
