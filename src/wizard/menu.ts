import { defined } from '../ground/defined.ts';
import type { Choice } from '../ground/io.ts';
import { personAt, type WizardContext } from './wizard-context.ts';

/** Choices that many menus share. */
export const goBack = { value: 'back', name: 'Go back' } as const;
export const comeBackLater = { value: 'later', name: 'I’ll come back later', hint: 'Everything is kept.' } as const;

/** A choice that does something, after which the menu comes again, starting at `next`. */
export interface Action extends Choice<string> {
  readonly act: () => unknown;
  readonly next?: string;
}

/** Asks until a choice is made that isn't an action. `start`: where the menu starts, as in `Ask.select`. */
export async function menu<T extends string>(
  { io }: Pick<WizardContext, 'io'>,
  id: string,
  message: string,
  choices: readonly (Choice<T> | Action)[],
  start?: string,
): Promise<T> {
  const answer = await personAt(io).select<string>({
    id,
    message,
    choices,
    ...defined({ default: start }),
    signal: io.signal,
  });
  const action = choices.find((choice): choice is Action => choice.value === answer && 'act' in choice);
  if (action === undefined) return answer as T;
  await action.act();
  return await menu({ io }, id, message, choices, action.next ?? start);
}
