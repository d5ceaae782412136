import { readRedirectUrl } from '../connection/redirect-url.ts';
import { fail, type Failure } from '../ground/errors.ts';
import { credentialNames } from '../tiktok/credential-shapes.ts';
import { readCredential, valueIn } from '../tiktok/credentials.ts';
import { undone, type Draft } from './draft.ts';
import { inRegion } from './region.ts';
import { stepsAffectedBy } from './draft.ts';
import type { Answers, WizardContext } from './wizard-context.ts';

/** Moves to the region of a flag, and undoes the steps whose answers a flag or variable changes. */
export async function applyFlags(context: WizardContext, draft: Draft): Promise<Draft> {
  const { region, redirectUrl } = context.answers.app;
  let known = (region && (await inRegion(context, draft, region))) ?? draft;
  const redirect = redirectUrl === undefined ? undefined : readRedirectUrl(redirectUrl);
  if (redirect !== undefined && (redirect.kind === 'refused' || redirect.url !== known.app.redirectUrl))
    known = undone(known, 'app');
  for (const name of credentialNames) {
    const given = valueIn(context.answers.app, name);
    if (given === undefined) continue;
    const verdict = readCredential(name, given, known.app);
    const value = verdict.verdict === 'refused' ? given : verdict.value;
    if (value !== valueIn(known.app, name)) known = undone(known, ...stepsAffectedBy(name));
  }
  return known;
}

/** Leaves out the app's values from flags, so that the wizard asks for them. */
export const withoutValues = (context: WizardContext): WizardContext => ({
  ...context,
  answers: { ...context.answers, app: {} },
});

/** Returns the failure that names every missing flag, for a run without a terminal; `undefined` if none is missing. */
export function missingAnswers({ yes, app: given }: Answers, { app }: Draft): Failure | undefined {
  const known = { ...app, ...given };
  const needed = [
    ['region', '--region', 'us or row: where the shop is'],
    ['redirectUrl', '--redirect-url', 'the app’s Redirect URL'],
    ['appKey', '--app-key', 'App Key, from “Credentials” on the app’s page'],
    ['appSecret', '--app-secret-stdin', 'App Secret, on stdin; or --app-secret-file, or OTTOKIT_TIKTOK_APP_SECRET'],
    ['serviceId', '--service-id', 'Service ID, the 19-digit number under the app’s name'],
  ] as const;
  const missing = needed
    .filter(([key]) => known[key] === undefined && !(yes && key === 'redirectUrl'))
    .map(([, flag, what]) => ({ flag, what }));
  return missing.length === 0 ? undefined : fail('missing-answers', { command: 'connect', missing });
}
