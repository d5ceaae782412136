import { setFlagsFromString } from 'node:v8';
import { afterAll } from 'vitest';

// `doctor --all` makes V8 collect garbage more often until the process exits, and other test files run in it next.
afterAll(() => {
  setFlagsFromString('--no-gc-global --semi-space-growth-factor=2');
});
