import { neededScopes, optionalScope, scopeInWords } from '../../scopes/catalog.ts';
import { complete, type Draft, type StepResult } from '../draft.ts';
import { choice, comeBackLater, goBack, menu, openingApp } from '../screen.ts';
import { isUnattended, requireAsk, type WizardContext } from '../wizard-context.ts';

const all = neededScopes.map(({ id }) => id);
const numerals = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
const scopeCount = numerals[all.length] ?? String(all.length);

/** Step 3: OttoKit's scopes, and publishing the app. Records scopes that are off as pending review. */
export async function scopes(context: WizardContext, draft: Draft): Promise<StepResult> {
  const pendingScopes = isUnattended(context) ? [] : await askForScopes(context, draft);
  if (typeof pendingScopes === 'string') return { draft, go: pendingScopes };
  return await complete(context, { ...draft, journal: { ...draft.journal, pendingScopes } }, 'scopes');
}

/** Returns the scopes that are still off, or where to go instead. Source: OttoKit's guide, step 2. */
async function askForScopes(context: WizardContext, draft: Draft): Promise<readonly string[] | 'later' | 'back'> {
  const { say } = context.io;
  say.instruction('On the app’s page, in the “Basic Information” row, click “Manage API” and switch on:');
  say.instruction(`${neededScopes.map(scopeInWords).join(', ')}.`);
  say.copy(all.join(', '));
  say.instruction('Then click “Publish”: a draft can’t be authorized.');
  const message = `Are all ${scopeCount} on, and is the app published?`;
  const choices = [
    choice('all', 'Yes', optionalScope),
    choice('some', 'It’s published, but some scopes are still under review', 'The others work in the meantime.'),
    openingApp(context, draft),
    comeBackLater,
    goBack,
  ];
  const start = draft.journal.pendingScopes?.length ? 'some' : 'all';
  const answer = await menu(context, 'scopes-on', message, choices, start);
  if (answer !== 'some') return answer === 'all' ? [] : answer;
  const pending = await askForPending(context, draft);
  if (pending.length > 0) say.line(`Pending review: ${pending.join(', ')}. You’ll be reminded of them at the end.`);
  return pending;
}

/** If nothing is ticked, asks whether that's right, because people may not know that the space key ticks. */
async function askForPending({ io }: Pick<WizardContext, 'io'>, draft: Draft): Promise<readonly string[]> {
  const pending = draft.journal.pendingScopes ?? [];
  for (;;) {
    const ticked = await requireAsk(io).checklist({
      id: 'scopes',
      message: 'Which ones are on?',
      choices: neededScopes.map((scope) => choice(scope.id, scopeInWords(scope))),
      ticked: pending.length === 0 ? [] : all.filter((id) => !pending.includes(id)),
    });
    const message = `You didn’t tick any. Are all ${scopeCount} still off?`;
    if (ticked.length > 0 || (await requireAsk(io).confirm({ id: 'scopes-none', message, default: false })))
      return all.filter((id) => !ticked.includes(id));
  }
}
