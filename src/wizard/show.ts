import type { Failure } from '../ground/errors.ts';
import { defaultRegion, regions } from '../ground/regions.ts';
import { appListUrl, appPageUrl } from '../tiktok/portals.ts';
import type { Draft } from './draft.ts';
import type { Action } from './menu.ts';
import { isUnattended, type WizardContext } from './wizard-context.ts';

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
  // The list is assumed to have the same path on the US portal.
  return openingPage(
    context,
    'Open Partner Center',
    regions[region].pathsKnown ? appListUrl(region) : regions[region].portal,
  );
}
