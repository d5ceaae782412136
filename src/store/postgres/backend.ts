import type { Backend } from '../backend.ts';

/** Keeps the profiles in a PostgreSQL database, so that many computers can share them. */
export const postgres: Backend = {
  isAddress: (text) => /^postgres(ql)?:\/\//i.test(text),
  example: 'postgresql://db.example/team',
  open: async (address, settings) => (await import('./postgres-store.ts')).openPostgresStore(address, settings),
  inspect: async (address, io) => await (await import('./inspect.ts')).inspectDatabase(address, io),
  sql: async () => (await import('./schema.ts')).schemaSql,
};
