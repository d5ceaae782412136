import { endsSoon } from '../connection/ends-soon.ts';
import { freshToken } from '../connection/fresh-token.ts';
import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import type { ErrorCode, Failure } from '../ground/errors.ts';
import type { Ask, Choice } from '../ground/io.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { compareScopes } from '../scopes/compare.ts';
import { validProfileName } from '../store/model/profile-name.ts';
import type { Profile } from '../store/model/profile.ts';
import { comeBackLater } from './choices.ts';
import { isDone, undone, type Draft } from './draft.ts';
import { authorize } from './steps/authorize.ts';
import { changeValue } from './steps/change-value.ts';
import { verify } from './steps/verify.ts';
import { isComplete, takeStep, walk } from './walk.ts';
import { personAt, type WizardContext } from './wizard-context.ts';

/** `another`: the person wants to connect another shop, under this name. */
export type Visited = { readonly draft: Draft } | { readonly another: string };

/**
 * A connection that exists: refreshed if need be and verified by a real call. In a terminal it then asks what to do; one
 * that TikTok Shop no longer accepts is renewed after one question.
 * @throws Failure where it can't be verified and nobody can renew it
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

const canBeRenewed: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'refresh-token-unknown',
  'refresh-token-expired',
  'access-token-invalid',
  'no-shops',
  'app-secret-mismatch',
  'app-key-invalid',
]);

/** One question, and the authorization is renewed; everything else stays. */
async function renew(context: WizardContext, ask: Ask, draft: Draft, failure: Failure): Promise<Visited> {
  const { say, signal } = context.io;
  say.warn(failure.message);
  if (failure.requestId !== undefined) say.line(`Request id: ${failure.requestId}`);
  const choice = await ask.select({
    id: 'renew',
    message: 'What now?',
    choices: [
      {
        value: 'renew',
        name: 'Authorize again',
        hint: 'Opens TikTok Shop in the browser. Everything else is kept.',
        recommended: true,
      },
      { value: 'change', name: 'Change a value' },
      comeBackLater,
    ],
    signal,
  });
  if (choice === 'later') throw failure;
  return choice === 'change' ? await change(context, ask, draft) : { draft: await reauthorize(context, draft) };
}

/** Step 5 alone, then OttoKit's steps if OttoKit isn't connected. */
async function reauthorize(context: WizardContext, draft: Draft): Promise<Draft> {
  const { draft: authorized, go } = await authorize(context, undone(draft, 'authorize', 'verify'), true);
  if (go !== 'on') return draft;
  return isComplete(authorized, 'finish') ? authorized : (await takeStep(context, authorized, 'finish')).draft;
}

async function change(context: WizardContext, ask: Ask, draft: Draft): Promise<Visited> {
  const changed = await changeValue(context, ask, draft);
  const before = draft.app.redirectUrl;
  const { redirectUrl } = changed.draft.app;
  if (changed.go === 'on' && redirectUrl !== before) {
    const redirectToRestore = redirectUrl !== ottokitRedirectUrl;
    const journal = { ...changed.draft.journal, redirectToRestore };
    return { draft: await context.keep({ ...changed.draft, journal }) };
  }
  if (isDone(changed.draft, 'verify')) return { draft: changed.draft };
  return { draft: (await walk(context, changed.draft)).draft };
}

type Todo = 'nothing' | 'authorize' | 'finish' | 'change' | 'another';

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

function todos(draft: Draft, profile: Profile | undefined, now: number): readonly Choice<Todo>[] {
  const { tokens, journal } = profile ?? {};
  const verdicts = compareScopes(tokens?.grantedScopes, journal?.pendingScopes ?? []);
  const off = verdicts.filter(({ state }) => state === 'missing' || state === 'pending').map(({ scope }) => scope.id);
  const isFinished = isComplete(draft, 'finish') && draft.journal.redirectToRestore !== true;
  const shouldRenew = off.length > 0 || endsSoon(tokens?.refreshTokenExpiresAt, now);
  return [
    { value: 'nothing', name: 'Nothing', recommended: isFinished && !shouldRenew },
    {
      value: 'authorize',
      name: 'Authorize again',
      ...(off.length > 0
        ? { hint: `If ${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} on in Manage API now.` }
        : {}),
      recommended: shouldRenew,
    },
    { value: 'finish', name: 'Finish in OttoKit', recommended: !isFinished && !shouldRenew },
    { value: 'change', name: 'Change a value' },
    { value: 'another', name: 'Add another shop' },
  ];
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
