import { fail } from '../ground/errors.ts';
import type { Backend } from './backend.ts';

const postgres: Backend = {
  isAddress: (text) => /^postgres(ql)?:\/\//i.test(text),
  example: 'postgresql://db.example/team',
  load: async () => (await import('./postgres/backend.ts')).postgres,
};

/** Every kind of store other than the file. */
export const backends: readonly [Backend, ...Backend[]] = [postgres];

/** Whether this is the file on this computer, which is the default. */
export const isFile = (place: string | undefined): place is undefined | '' | 'file' =>
  place === undefined || place === '' || place === 'file';

/** @throws Failure usage for an address that no backend knows */
export function backendAt(address: string): Backend {
  const backend = backends.find(({ isAddress }) => isAddress(address));
  if (backend !== undefined) return backend;
  // The address isn't repeated, because it may contain a password.
  const problem = `No store has such an address. Use file, or an address such as ${examples()}.`;
  throw fail('usage', { problem });
}

/** An example address of each kind. */
export const examples = (): string => backends.map(({ example }) => example).join(' or ');
