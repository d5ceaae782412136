import { beforeEach, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The names of the tests that mutation testing leaves out. */
    leftOut: readonly string[];
  }
}

// Stryker selects the tests of each mutant by name, which overrides a name pattern in the configuration.
const leftOut = new Set(inject('leftOut'));
beforeEach(({ task, skip }) => {
  if (leftOut.has(task.name)) skip();
});
