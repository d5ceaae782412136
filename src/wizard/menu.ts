import { defined } from '../ground/defined.ts';
import type { Choice } from '../ground/io.ts';
import { personAt, type WizardContext } from './wizard-context.ts';

export const choice = <T extends string>(value: T, name: string, hint?: string): Choice<T> => ({
  value,
  name,
  ...defined({ hint }),
});

/** Choices used by many menus. */
export const goBack = choice('back', 'Go back');
export const comeBackLater = choice('later', 'I’ll come back later', 'Everything is kept.');

/** A choice that does something, after which the menu is shown again, starting at `next`. */
export interface Action extends Choice<string> {
  readonly act: () => unknown;
  readonly next?: string;
}

/** Asks until the choice isn't an action. `start`: where the menu starts, as in `Ask.select`. */
export async function menu<T extends string>(
  { io }: Pick<WizardContext, 'io'>,
  id: string,
  message: string,
  choices: readonly (Choice<T> | Action)[],
  start?: string,
): Promise<T> {
  const question = { id, message, choices, ...defined({ default: start }), signal: io.signal };
  const answer = await personAt(io).select<string>(question);
  const action = choices.find((one): one is Action => one.value === answer && 'act' in one);
  if (action === undefined) return answer as T;
  await action.act();
  return await menu({ io }, id, message, choices, action.next ?? start);
}
