import type { WizardContext } from './wizard-context.ts';

/** `io` that prints a heading once, before the first thing that is said or asked with it. */
export function underHeading(io: WizardContext['io'], printHeading: () => void): WizardContext['io'] {
  let isPrinted = false;
  const print = (): void => {
    if (!isPrinted) printHeading();
    isPrinted = true;
  };
  return { ...io, say: actingFirst(io.say, print), ask: io.ask === null ? null : actingFirst(io.ask, print) };
}

/** The same methods; each acts before it does its own work. */
function actingFirst<T extends object>(methods: T, act: () => void): T {
  const wrapped = Object.entries(methods).map(([name, method]: [string, (...given: unknown[]) => unknown]) => [
    name,
    (...given: unknown[]) => {
      act();
      return method(...given);
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
