import type { Ask } from '../ground/io.ts';
import { neededScopes, scopeInWords } from '../scopes/catalog.ts';
import { isDone, withDone, type Draft } from './draft.ts';
import type { WizardContext } from './wizard-context.ts';

/** Step 3: the seven scopes as a checklist. What is not ticked is kept as pending review and named again at the end. */
export async function scopes(setting: WizardContext, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  if (isDone(draft, 'scopes')) return draft;
  if (io.ask === null || answers.yes)
    return await setting.keep(withDone(draft, 'scopes', io.clock.now(), { pendingScopes: [] }));

  io.say.line('On the app’s page, in the row “Basic Information”, click “Manage API” and switch on these scope IDs.');
  io.say.line('A scope that TikTok still reviews may stay unticked here: the rest works meanwhile.');
  const all = neededScopes.map(({ id }) => id);
  const ticked = await askForScopes(setting, io.ask, draft);
  const left = all.filter((id) => !ticked.includes(id));
  if (left.length > 0) io.say.warn(`Kept as pending review: ${left.join(', ')}. They are named again at the end.`);
  io.say.line('Then publish the app: one that is still a draft cannot be authorized.');
  return await setting.keep(withDone(draft, 'scopes', io.clock.now(), { pendingScopes: left }));
}

/** Nobody means to tick nothing: it is what Enter does for whoever does not know that the space key ticks. */
async function askForScopes({ io }: WizardContext, ask: Ask, { journal }: Draft): Promise<readonly string[]> {
  const pending = journal.pendingScopes;
  for (;;) {
    const ticked = await ask.checklist({
      id: 'scopes',
      message: 'Which of them are on?',
      choices: neededScopes.map((scope) => ({
        value: scope.id,
        name: scopeInWords(scope),
        ...(scope.note === undefined ? {} : { hint: scope.note }),
      })),
      ticked: pending === undefined ? [] : neededScopes.map(({ id }) => id).filter((id) => !pending.includes(id)),
      signal: io.signal,
    });
    if (ticked.length > 0) return ticked;
    const none = await ask.confirm({
      id: 'scopes-none',
      message: 'None is ticked. Is none of the seven on yet? (No goes back to the list)',
      default: false,
      signal: io.signal,
    });
    if (none) return ticked;
  }
}
