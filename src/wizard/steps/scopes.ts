import { defaultRegion, regions } from '../../ground/regions.ts';
import type { Ask } from '../../ground/io.ts';
import { neededScopes, scopeInWords, shopListScope } from '../../scopes/catalog.ts';
import { appListUrl, portalUrl } from '../../tiktok/portals.ts';
import { comeBackLater, goBack } from '../choices.ts';
import { openOrShow } from '../copy-value.ts';
import { withDone, type Draft } from '../draft.ts';
import { personAt, type StepResult, type WizardContext } from '../wizard-context.ts';

const all = neededScopes.map(({ id }) => id);
const inWords = (count: number): string =>
  ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'][count] ?? String(count);

/** How many scopes OttoKit needs, in words. */
export const scopeCount = inWords(all.length);

/** Step 3: OttoKit's scopes, and publishing the app. Scopes that are off are kept as pending review. */
export async function scopes(context: WizardContext, draft: Draft): Promise<StepResult> {
  const { io } = context;
  const ask = personAt(context);
  let pendingScopes: readonly string[] = [];
  if (ask !== null) {
    const answer = await askForScopes(context, ask, draft);
    if (typeof answer === 'string') return { draft, go: answer };
    pendingScopes = answer;
  }
  return { draft: await context.keep(withDone(draft, 'scopes', io.clock.now(), { pendingScopes })), go: 'on' };
}

/** The scopes that are still off, or where to go instead. OttoKit's guide, step 2. */
async function askForScopes(
  context: WizardContext,
  ask: Ask,
  draft: Draft,
): Promise<readonly string[] | 'later' | 'back'> {
  const { say, signal } = context.io;
  const { region = defaultRegion } = draft.app;
  say.instruction('On the app’s page, in the “Basic Information” row, click “Manage API” and switch on:');
  say.instruction(`${neededScopes.map(scopeInWords).join(', ')}.`);
  say.copy(all.join(', '));
  say.instruction('Then click “Publish”: a draft can’t be authorized.');
  for (;;) {
    const answer = await ask.select({
      id: 'scopes-on',
      message: `Are all ${scopeCount} on, and is the app published?`,
      choices: [
        {
          value: 'all',
          name: 'Yes',
          hint: `Optional: also switch on ${scopeInWords(shopListScope)} to see your shop’s name here. OttoKit doesn’t need it.`,
        },
        {
          value: 'some',
          name: 'It’s published, but some scopes are still under review',
          hint: 'The others work in the meantime.',
        },
        { value: 'open', name: 'Open Partner Center' },
        comeBackLater,
        goBack,
      ],
      signal,
    });
    if (answer === 'all') return [];
    if (answer === 'later' || answer === 'back') return answer;
    if (answer === 'open') {
      await openOrShow(context, regions[region].pathsKnown ? appListUrl(region) : portalUrl(region));
      continue;
    }
    const pending = await askForPending(context, ask, draft);
    if (pending.length === 0) return pending;
    say.line(`Pending review: ${pending.join(', ')}. You’ll be reminded of them at the end.`);
    return pending;
  }
}

/** Nobody means to tick nothing: it is what Enter does for someone who doesn't know that the space key ticks. */
async function askForPending({ io }: WizardContext, ask: Ask, { journal }: Draft): Promise<readonly string[]> {
  const pending = journal.pendingScopes ?? [];
  for (;;) {
    const ticked = await ask.checklist({
      id: 'scopes',
      message: 'Which ones are on?',
      choices: neededScopes.map((scope) => ({ value: scope.id, name: scopeInWords(scope) })),
      ticked: pending.length === 0 ? [] : all.filter((id) => !pending.includes(id)),
      signal: io.signal,
    });
    const off = all.filter((id) => !ticked.includes(id));
    if (ticked.length > 0) return off;
    const isNone = await ask.confirm({
      id: 'scopes-none',
      message: `You ticked none. Are all ${scopeCount} still off?`,
      default: false,
      signal: io.signal,
    });
    if (isNone) return off;
  }
}
