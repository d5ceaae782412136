import { once } from '../ground/once.ts';
import { defaultRegion, regions } from '../ground/regions.ts';
import type { Step } from '../store/model/profile.ts';
import { isComplete, reopen, type Draft, type StepResult } from './draft.ts';
import { app } from './steps/app.ts';
import { authorize } from './steps/authorize.ts';
import { credentials } from './steps/credentials.ts';
import { finish } from './steps/finish.ts';
import { scopes } from './steps/scopes.ts';
import { markets, shop } from './steps/shop.ts';
import { withoutValues, type WizardContext } from './wizard-context.ts';

interface NamedStep {
  readonly name: Step;
  readonly title: string;
  readonly run: (context: WizardContext, draft: Draft) => Promise<StepResult>;
}

const finishStep: NamedStep = { name: 'finish', title: 'Finish in OttoKit', run: finish };

export const steps: readonly NamedStep[] = [
  { name: 'portal', title: 'Your shop', run: shop },
  { name: 'app', title: 'The app', run: app },
  { name: 'scopes', title: 'Scopes', run: scopes },
  { name: 'credentials', title: 'Credentials', run: credentials },
  { name: 'authorize', title: 'Authorize', run: authorize },
  finishStep,
];

export const doneSteps = (draft: Draft): readonly NamedStep[] => steps.filter(({ name }) => isComplete(draft, name));

export function sayDone({ io }: Pick<WizardContext, 'io'>, draft: Draft): void {
  for (const step of doneSteps(draft)) {
    const place = `Step ${String(steps.indexOf(step) + 1)} of ${String(steps.length)}`;
    io.say.done(`${place} · ${step.title}: ${results[step.name]?.(draft) ?? 'done'}`);
  }
}

const results: Partial<Record<Step, (draft: Draft) => string>> = {
  portal: ({ app: { country, region = defaultRegion } }) =>
    markets.find(({ code }) => code === country && code !== 'OTHER')?.name ?? regions[region].place,
  app: ({ app: { redirectUrl = '' } }) => `Redirect URL ${redirectUrl}`,
  scopes: ({ journal: { pendingScopes: pending = [] } }) =>
    pending.length > 0 ? `pending review: ${pending.join(', ')}` : 'all switched on',
  credentials: ({ app: { appKey = '', serviceId = '' } }) => `App Key ${appKey}, Service ID ${serviceId}`,
};

/** Prints the step's heading just before its first output. A step without output gets none. */
async function takeStep(context: WizardContext, draft: Draft, step: NamedStep): Promise<StepResult> {
  const { io } = context;
  const printHeading = once(() => io.say.heading(step.title, { step: steps.indexOf(step) + 1, of: steps.length }));
  const ask = io.ask && beforeEachUse(io.ask, printHeading);
  return await step.run({ ...context, io: { ...io, ask, say: beforeEachUse(io.say, printHeading) } }, draft);
}

export const takeFinish = (context: WizardContext, draft: Draft): Promise<StepResult> =>
  takeStep(context, draft, finishStep);

const beforeEachUse = <T extends object>(methods: T, act: () => void): T =>
  new Proxy(methods, {
    get: (target, name): unknown => {
      act();
      return Reflect.get(target, name);
    },
  });

/** Runs the unfinished steps, in order or wherever a step leads, until all are done or the user leaves. */
export async function walk(context: WizardContext, start: Draft): Promise<Draft> {
  let unseen = new Set(steps);
  // Flags apply only once, because someone who comes back to a step wants to give a different answer.
  const contextAfterFirst = withoutValues(context);
  let draft = start;
  let place = 0;
  for (let step = steps[place]; step !== undefined; step = steps[place]) {
    const stepContext = unseen.delete(step) ? context : contextAfterFirst;
    const skipped = { draft, go: 'next' } as const;
    const { draft: after, go } = isComplete(draft, step.name) ? skipped : await takeStep(stepContext, draft, step);
    if (go === 'later') return after;
    if (go === 'first') {
      // Start over for the other region.
      unseen = new Set(steps);
      sayDone(context, after);
    }
    place = { next: place + 1, back: Math.max(0, place - 1), first: 0 }[go];
    draft = go === 'back' ? reopen(after, steps[place]?.name ?? 'portal') : after;
  }
  return draft;
}
