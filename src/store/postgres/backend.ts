import type { BackendCode } from '../backend.ts';
import { inspectDatabase } from './inspect.ts';
import { openPostgresStore } from './postgres-store.ts';
import { schemaSql } from './schema.ts';

/** Keeps the profiles in a PostgreSQL database, so that many computers can share them. */
export const postgres: BackendCode = { open: openPostgresStore, inspect: inspectDatabase, sql: schemaSql };
