import type { WizardContext } from './wizard-context.ts';
import type { Action } from './menu.ts';
import type { Draft } from './draft.ts';
import { defaultRegion, regions } from '../ground/regions.ts';
import { appListUrl, portalUrl } from '../tiktok/portals.ts';

/** The choice to open a page; where no browser can be opened, it says why and shows the address. */
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

/** The choice to open the list of apps. That the US portal has it at the same path is assumed, not known. */
export function openingPartnerCenter(context: WizardContext, { app: { region = defaultRegion } }: Draft): Action {
  const address = regions[region].pathsKnown ? appListUrl(region) : portalUrl(region);
  return openingPage(context, 'Open Partner Center', address);
}
