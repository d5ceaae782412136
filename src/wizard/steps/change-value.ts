import { defaultRegion, nextRegion } from '../../ground/regions.ts';
import type { Ask } from '../../ground/io.ts';
import { goBack } from '../choices.ts';
import { undone, type Draft } from '../draft.ts';
import { inRegion } from '../region.ts';
import type { StepResult, WizardContext } from '../wizard-context.ts';
import { askForValue, confirmApp } from './credentials.ts';
import { fields } from './fields.ts';
import { askForRedirectUrl } from './redirect-url.ts';
import { mayMove } from './shop.ts';

/** Asks which value to change and changes that one alone. `go`: `on` when the values can be used as they are now. */
export async function changeValue(context: WizardContext, ask: Ask, draft: Draft): Promise<StepResult> {
  const choice = await ask.select({
    id: 'change',
    message: 'Which value?',
    choices: [
      { value: 'app-key', name: 'App Key' },
      { value: 'app-secret', name: 'App Secret' },
      { value: 'service-id', name: 'Service ID' },
      { value: 'redirect-url', name: 'Redirect URL' },
      { value: 'region', name: 'Region', hint: 'Apps of the US and of the other countries are separate.' },
      goBack,
    ],
    signal: context.io.signal,
  });
  switch (choice) {
    case 'back':
      return { draft, go: 'on' };
    case 'redirect-url':
      return { draft: await changeRedirectUrl(context, ask, draft), go: 'on' };
    case 'region':
      return await changeRegion(context, draft);
    default:
      return await confirmApp(context, await askForValue(context, draft, fields[choice]));
  }
}

async function changeRedirectUrl(context: WizardContext, ask: Ask, draft: Draft): Promise<Draft> {
  const redirectUrl = await askForRedirectUrl(context, ask, draft);
  if (redirectUrl === null) return draft;
  return await context.keep({ ...draft, app: { ...draft.app, redirectUrl } });
}

/** To the other region, after naming what that sets aside; step 1 then asks for its Partner Center account. */
export async function changeRegion(context: WizardContext, draft: Draft): Promise<StepResult> {
  const region = nextRegion(draft.app.region ?? defaultRegion);
  if (!(await mayMove(context, draft, region))) return { draft, go: 'on' };
  const moved = await inRegion(context, draft, region);
  return { draft: await context.keep(undone(moved, 'portal')), go: 'portal' };
}
