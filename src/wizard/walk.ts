import type { Step } from '../store/model/profile.ts';
import { reopen, type Draft } from './draft.ts';
import { isComplete, sayDone, steps, takeStep } from './steps.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * Takes the steps that aren't done, one after the other, until the end or until the person leaves; a step may lead back or
 * elsewhere.
 * @param wasSaid the steps whose summaries the person has seen
 */
export async function walk(context: WizardContext, start: Draft, wasSaid: readonly Step[] = []): Promise<Draft> {
  const said = new Set(wasSaid);
  let draft = start;
  let place = 0;
  for (let step = steps[place]; step !== undefined; step = steps[place]) {
    if (isComplete(draft, step.name)) {
      if (!said.has(step.name)) sayDone(context, draft, step);
      place += 1;
    } else {
      const { draft: after, go } = await takeStep(context, draft, step.name);
      if (go === 'later') return after;
      place = { on: place + 1, back: Math.max(0, place - 1), portal: 0 }[go];
      draft = go === 'back' ? reopen(after, steps[place]?.name ?? 'portal') : after;
    }
    said.add(step.name);
  }
  return draft;
}
