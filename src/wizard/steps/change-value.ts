import type { Draft } from '../draft.ts';
import { goBack, menu } from '../menu.ts';
import { changeRegion } from '../region.ts';
import type { StepResult, WizardContext } from '../wizard-context.ts';
import { askForValue } from './ask-value.ts';
import { confirmApp } from './credentials.ts';
import { fields } from './fields.ts';
import { askForRedirectUrl } from './redirect-url.ts';

type Value = keyof typeof fields | 'redirect-url' | 'region' | 'back';

/** Asks which value to change and changes only that one. `go`: `on` if the values can be used now. */
export async function changeValue(context: WizardContext, draft: Draft): Promise<StepResult> {
  const choice = await menu<Value>(context, 'change', 'Which value?', [
    { value: 'app-key', name: 'App Key' },
    { value: 'app-secret', name: 'App Secret' },
    { value: 'service-id', name: 'Service ID' },
    { value: 'redirect-url', name: 'Redirect URL' },
    { value: 'region', name: 'Region', hint: 'Apps of the US and of the other countries are separate.' },
    goBack,
  ]);
  switch (choice) {
    case 'back':
      return { draft, go: 'on' };
    case 'redirect-url': {
      const redirectUrl = await askForRedirectUrl(context, draft);
      if (redirectUrl === null) return { draft, go: 'on' };
      return { draft: await context.keep({ ...draft, app: { ...draft.app, redirectUrl } }), go: 'on' };
    }
    case 'region':
      return await changeRegion(context, draft);
    default:
      return await confirmApp(context, await askForValue(context, draft, fields[choice]));
  }
}
