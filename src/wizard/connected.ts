import { freshToken } from '../connection/fresh-token.ts';
import type { Ask } from '../ground/io.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { validProfileName } from '../store/model/profile-name.ts';
import { undone, type Draft } from './draft.ts';
import { verify } from './steps/verify.ts';
import { canBeRenewed, change, reauthorize, renew, type Visited } from './renew.ts';
import { todos, type Todo } from './todos.ts';
import { takeStep } from './walk.ts';
import { personAt, type WizardContext } from './wizard-context.ts';

/**
 * Refreshes an existing connection if need be and verifies it with a real call. In a terminal, then asks what to do. If
 * TikTok Shop no longer accepts the connection, renews it after one question.
 * @throws Failure if it can't be verified and there is nobody to renew it
 */
export async function visitConnection(context: WizardContext, draft: Draft): Promise<Visited> {
  const { io } = context;
  const ask = personAt(context);
  const proven = await prove(context, draft);
  if (!proven.ok) {
    if (ask === null || !canBeRenewed.has(proven.failure.code)) throw proven.failure;
    return await renew(context, ask, draft, proven.failure);
  }
  io.say.done(`“${draft.name}” is already connected. TikTok Shop just confirmed it.`);
  if (ask === null) return { draft: proven.draft };
  return await askWhatToDo(context, ask, proven.draft);
}

async function prove(context: WizardContext, draft: Draft) {
  const { io, store, hosts } = context;
  const fresh = await withWaitMessage(io, 'Asking TikTok Shop for a new access token', () =>
    freshToken(io, store, hosts, draft.name),
  );
  return fresh.ok ? await verify(context, undone(draft, 'verify')) : fresh;
}

async function askWhatToDo(context: WizardContext, ask: Ask, draft: Draft): Promise<Visited> {
  const profile = await context.store.profile(draft.name);
  const choice = await ask.select<Todo>({
    id: 'connected',
    message: 'What would you like to do?',
    choices: todos(draft, profile, context.io.clock.now()),
    signal: context.io.signal,
  });
  switch (choice) {
    case 'nothing':
      return { draft };
    case 'authorize':
      return { draft: await reauthorize(context, draft) };
    case 'finish':
      return { draft: (await takeStep(context, draft, 'finish')).draft };
    case 'change':
      return await change(context, ask, draft);
    case 'another':
      return { another: await askForName(context, ask) };
  }
}

async function askForName({ io, store }: WizardContext, ask: Ask): Promise<string> {
  const taken = await store.names();
  return await ask.text({
    id: 'profile',
    message: 'A name for the other shop, such as shop-2',
    check: (name) => {
      if (taken.includes(name)) return `“${name}” is taken.`;
      return validProfileName(name) || 'Use up to 64 letters, digits, dots, dashes and underscores.';
    },
    signal: io.signal,
  });
}
