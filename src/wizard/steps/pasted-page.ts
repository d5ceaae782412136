import { readRedirectUrl } from '../../connection/redirect-url.ts';
import type { AppPage } from '../../tiktok/app-page.ts';
import type { Draft } from '../draft.ts';
import { choice, menu, recommended } from '../menu.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import { allFields, fields, readField, withValue, type Field } from './fields.ts';

/**
 * The draft with the other values that were found on the app's page; `asked` is the field the page was pasted into, whose
 * value the question itself takes. Shows what was found, and a Redirect URL that differs.
 */
export async function takePage(context: WizardContext, draft: Draft, page: AppPage, asked: Field): Promise<Draft> {
  const { say } = context.io;
  let known = draft;
  const shown: string[] = [];
  for (const field of allFields) {
    const value = page[field.key];
    if (value === undefined) continue;
    shown.push(field.key === 'appSecret' ? 'App Secret' : `${field.label} ${value}`);
    if (field.key === asked.key) continue;
    const verdict = readField(field, value, known);
    if (verdict.verdict === 'accepted') known = withValue(known, field, verdict);
  }
  if (page.redirectUrl !== undefined) shown.push(`Redirect URL ${page.redirectUrl}`);
  if (page.status !== undefined) shown.push(page.status);
  say.done(`Found on the page: ${shown.join(', ')}.`);
  if (page.status === 'draft')
    say.warn('The app is still a draft. Click “Publish” on its page before you authorize it.');
  return await context.keep(await settleDifference(context, known, page.redirectUrl));
}

/** TikTok Shop answers at the app's own Redirect URL, so a difference is settled before step 5. */
async function settleDifference(context: WizardContext, draft: Draft, onPage: string | undefined): Promise<Draft> {
  const { redirectUrl } = draft.app;
  if (onPage === undefined || redirectUrl === undefined || onPage === redirectUrl) return draft;
  context.io.say.warn(`The app’s Redirect URL is ${onPage}, but it should be ${redirectUrl}.`);
  const verdict = readRedirectUrl(onPage);
  if (isUnattended(context) || verdict.kind === 'refused') return draft;
  const isUsable = verdict.kind !== 'near-miss';
  const message = 'TikTok Shop compares every character. What now?';
  const answer = await menu<'change' | 'use'>(context, 'redirect-differs', message, [
    recommended(choice('change', 'I’ve corrected it on the app’s page')),
    ...(isUsable ? [choice('use', 'Use the one on the app’s page here')] : []),
  ]);
  return answer === 'use' ? { ...draft, app: { ...draft.app, redirectUrl: verdict.url } } : draft;
}

/** Whether this is a link that carries the Service ID, pasted at “App Key”. */
export const isLinkAtAppKey = (field: Field, pasted: string, draft: Draft): boolean =>
  field.key === 'appKey' &&
  pasted.includes('/') &&
  readField(fields['service-id'], pasted, draft).verdict === 'accepted';

/** The draft with the Service ID of that link. */
export async function takeLink(context: WizardContext, draft: Draft, pasted: string): Promise<Draft> {
  const verdict = readField(fields['service-id'], pasted, draft);
  if (verdict.verdict !== 'accepted') return draft;
  context.io.say.done(`Found in the link: Service ID ${verdict.value}. The App Key is still missing.`);
  return await context.keep(withValue(draft, fields['service-id'], verdict));
}
