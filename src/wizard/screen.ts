import type { Failure } from '../ground/errors.ts';
import type { Choice } from '../ground/io.ts';
import { defaultRegion, regions } from '../ground/regions.ts';
import { confirmedAppPageUrl } from '../tiktok/portals.ts';
import type { Draft } from './draft.ts';
import { isUnattended, requireAsk, type WizardContext } from './wizard-context.ts';

export const choice = <T extends string>(value: T, name: string, hint?: string): Choice<T> => ({ value, name, hint });

export const goBack = choice('back', 'Go back');
export const comeBackLater = choice('later', 'I’ll come back later', 'Your progress is saved.');

/** A choice that does something and then shows the menu again, with the cursor on `next` if given. */
export interface Action extends Choice<string> {
  readonly act: () => unknown;
  readonly next?: string;
}

/** Asks until the user picks something other than an action. The cursor starts on `start`, if given. */
export async function menu<const C extends Choice<string> | Action>(
  { io }: Pick<WizardContext, 'io'>,
  id: string,
  message: string,
  choices: readonly C[],
  start?: string,
): Promise<Exclude<C, Action>['value']> {
  let at = start;
  for (;;) {
    const answer = await requireAsk(io).select<string>({ id, message, choices, default: at, signal: io.signal });
    const action = choices.find((one): one is C & Action => one.value === answer && 'act' in one);
    if (action === undefined) return answer;
    await action.act();
    at = action.next ?? at;
  }
}

export const openingPage = ({ io }: WizardContext, name: string, address: string): Action => ({
  value: 'open',
  name,
  act: async () => {
    const opened = await io.openBrowser(address);
    if (opened.opened) return;
    io.say.warn(`No browser could be opened (${opened.why}). Open this address yourself:`);
    io.say.value(address);
  },
});

/** Opens the app's page, or the closest known address to it. */
export function openingApp(context: WizardContext, { app: { region = defaultRegion, serviceId } }: Draft): Action {
  const isPage = serviceId !== undefined && regions[region].pathsKnown;
  const name = isPage ? 'Open the app’s page' : 'Open Partner Center';
  return openingPage(context, name, confirmedAppPageUrl(region, serviceId));
}

export async function showToCopy(context: WizardContext, value: string): Promise<void> {
  const { clipboard, say } = context.io;
  const copied = isUnattended(context) ? undefined : await clipboard?.copy(value);
  if (copied?.copied !== true) say.copy(value);
  else say.copy(value, copied.by === 'system' ? 'copied' : 'copied, if your terminal allows it');
}

export function showFailure({ io: { say } }: WizardContext, { message, requestId }: Failure, introduction = ''): void {
  say.warn(introduction + message);
  if (requestId !== undefined) say.line(`Request id: ${requestId}`);
}
