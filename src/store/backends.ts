import { fail } from '../ground/errors.ts';
import type { Backend } from './store.ts';

const postgres: Backend = {
  isAddress: (text) => /^postgres(ql)?:\/\//i.test(text),
  example: 'postgresql://db.example/team',
  load: async () => (await import('./postgres/postgres-store.ts')).postgres,
};

/** Every kind of store that isn't a file. */
export const backends: readonly [Backend, ...Backend[]] = [postgres];

export const isFile = (place: string | undefined): place is undefined | '' | 'file' =>
  place === undefined || place === '' || place === 'file';

/** @throws Failure usage if no backend has such addresses */
export function backendAt(address: string): Backend {
  const backend = backends.find(({ isAddress }) => isAddress(address));
  if (backend !== undefined) return backend;
  // Don't repeat the address, because it may contain a password.
  const problem = `This isn’t the address of a store. Use file, or an address such as ${examples()}.`;
  throw fail('usage', { problem });
}

export const examples = (): string => backends.map(({ example }) => example).join(' or ');
