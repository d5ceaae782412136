import { readRedirectUrl } from '../../connection/redirect-url.ts';
import { readAppPage, type AppPage } from '../../tiktok/app-page.ts';
import type { Draft } from '../draft.ts';
import { choice, menu } from '../screen.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import { allFields, fields, readField, withValue, type Field } from './fields.ts';

/** The values in a text pasted for one field: the app's whole page, or, at “App Key”, a link with the Service ID. */
export function readSeveral(pasted: string, draft: Draft, field: Field): AppPage | null {
  const page = readAppPage(pasted);
  if (page !== null || field.key !== 'appKey' || !pasted.includes('/')) return page;
  return readField(fields['service-id'], pasted, draft).verdict === 'accepted' ? { serviceId: pasted } : null;
}

/**
 * The draft with the values found, except that of the field `asked`, which the question itself handles. Shows the
 * values, and a Redirect URL that differs.
 */
export async function takeSeveral(context: WizardContext, draft: Draft, found: AppPage, asked: Field): Promise<Draft> {
  const { say } = context.io;
  const { redirectUrl, status } = found;
  let known = draft;
  const shown: string[] = [];
  for (const field of allFields) {
    const text = found[field.key];
    if (text === undefined) continue;
    const verdict = readField(field, text, known);
    const value = verdict.verdict === 'refused' ? text : verdict.value;
    shown.push(field.key === 'appSecret' ? 'App Secret' : `${field.label} ${value}`);
    if (field.key !== asked.key && verdict.verdict === 'accepted') known = withValue(known, field, verdict);
  }
  if (redirectUrl !== undefined) shown.push(`Redirect URL ${redirectUrl}`);
  if (status !== undefined) shown.push(status);
  const missing = found[asked.key] === undefined ? ` The ${asked.label} is still missing.` : '';
  // A page has at least two values.
  const where = Object.keys(found).length === 1 ? 'in the link' : 'on the page';
  say.done(`Found ${where}: ${shown.join(', ')}.${missing}`);
  if (status === 'draft') say.warn('The app is still a draft. Click “Publish” on its page before you authorize it.');
  return await context.keep(await settleDifference(context, known, redirectUrl));
}

/** TikTok Shop answers at the app's own Redirect URL, so a difference must be resolved before step 5. */
async function settleDifference(context: WizardContext, draft: Draft, onPage: string | undefined): Promise<Draft> {
  const { redirectUrl } = draft.app;
  if (onPage === undefined || redirectUrl === undefined || onPage === redirectUrl) return draft;
  context.io.say.warn(`The app’s Redirect URL is ${onPage}, but it should be ${redirectUrl}.`);
  const verdict = readRedirectUrl(onPage);
  if (isUnattended(context) || verdict.kind === 'refused') return draft;
  const message = 'TikTok Shop compares every character. What now?';
  const answer = await menu<'change' | 'use'>(context, 'redirect-differs', message, [
    { value: 'change', name: 'I’ve corrected it on the app’s page', recommended: true },
    ...(verdict.kind === 'near-miss' ? [] : [choice('use', 'Use the one on the app’s page here')]),
  ]);
  return answer === 'use' ? { ...draft, app: { ...draft.app, redirectUrl: verdict.url } } : draft;
}
