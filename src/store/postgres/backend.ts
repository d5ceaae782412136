import type { Backend } from '../backend.ts';

/** A PostgreSQL database that many computers share. */
export const postgres: Backend = {
  isAddress: (text) => /^postgres(ql)?:\/\//i.test(text),
  example: 'postgresql://db.example/team',
  open: async (address, settings) => (await import('./postgres-store.ts')).openPostgresStore(address, settings),
  inspect: async (address, io) => await (await import('./inspect.ts')).inspectDatabase(address, io),
  sql: async () => (await import('./schema.ts')).schemaSql,
};
