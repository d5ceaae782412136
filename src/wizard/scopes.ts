import { neededScopes, scopeInWords } from '../scopes/catalog.ts';
import { isDone, withDone, type Draft } from './draft.ts';
import type { Setting } from './setting.ts';

/** Step 3: the seven scopes as a checklist. What is not ticked is kept as pending review and named again at the end. */
export async function scopes(setting: Setting, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  if (isDone(draft, 'scopes')) return draft;
  if (io.ask === null || answers.yes)
    return await setting.keep(withDone(draft, 'scopes', io.clock.now(), { pendingScopes: [] }));

  io.say.line('On the app’s page, in the row “Basic Information”, click “Manage API” and switch on these scope IDs.');
  io.say.line('A scope that TikTok still reviews may stay unticked here: the rest works meanwhile.');
  const all = neededScopes.map(({ id }) => id);
  const pending = draft.journal.pendingScopes ?? [];
  const ticked = await io.ask.checklist({
    id: 'scopes',
    message: 'Which of them are on?',
    choices: neededScopes.map((scope) => ({
      value: scope.id,
      name: scopeInWords(scope),
      ...(scope.note === undefined ? {} : { hint: scope.note }),
    })),
    ticked: draft.journal.pendingScopes === undefined ? [] : all.filter((id) => !pending.includes(id)),
    signal: io.signal,
  });
  const left = all.filter((id) => !ticked.includes(id));
  if (left.length > 0) io.say.warn(`Kept as pending review: ${left.join(', ')}. They are named again at the end.`);
  return await setting.keep(withDone(draft, 'scopes', io.clock.now(), { pendingScopes: left }));
}
