import { defined } from '../ground/defined.ts';
import type { Failure } from '../ground/errors.ts';
import type { Choice } from '../ground/io.ts';
import { defaultRegion, regions } from '../ground/regions.ts';
import { appListUrl, appPageUrl } from '../tiktok/portals.ts';
import type { Draft } from './draft.ts';
import { isUnattended, personAt, type WizardContext } from './wizard-context.ts';

export const choice = <T extends string>(value: T, name: string, hint?: string): Choice<T> => ({
  value,
  name,
  ...defined({ hint }),
});

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

/** The choice to open a page. If no browser can be opened, it says why and shows the address. */
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

/** The choice to open the app's page, or the list of apps before its Service ID is known. */
export function openingApp(context: WizardContext, { app: { region = defaultRegion, serviceId } }: Draft): Action {
  if (serviceId !== undefined) return openingPage(context, 'Open the app’s page', appPageUrl(region, serviceId));
  const { pathsKnown, portal } = regions[region];
  return openingPage(context, 'Open Partner Center', pathsKnown ? appListUrl(region) : portal);
}

/** Shows a non-secret value alone on a line, and copies it if there is a person to paste it. */
export async function showToCopy(context: WizardContext, value: string): Promise<void> {
  const { clipboard, say } = context.io;
  const copied = isUnattended(context) ? undefined : await clipboard?.copy(value);
  if (copied?.copied === true) say.copy(value, copied.by === 'system' ? 'copied' : 'copied, if your terminal can');
  else say.copy(value);
}

/** Shows a failure before a question about it. */
export function showFailure({ io: { say } }: WizardContext, { message, requestId }: Failure, introduction = ''): void {
  say.warn(introduction + message);
  if (requestId !== undefined) say.line(`Request id: ${requestId}`);
}
