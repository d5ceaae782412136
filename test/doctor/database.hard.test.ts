import { expect, test } from 'vitest';
import { serveRaw } from '../network/servers.ts';
import { home } from './examined.ts';

test('a database that accepts connections but never responds is reported once, as unreachable', async () => {
  const place = await home();
  const { port } = await serveRaw(() => undefined);
  const env = { OTTOKIT_TIKTOK_STORE: `postgresql://127.0.0.1:${String(port)}/team` };
  const run = await place.examine({ offline: true }, { env });
  expect(run.check('store').detail).toContain(
    `The database postgresql://127.0.0.1:${String(port)}/team couldn’t be reached`,
  );
  expect(run.check('store').fix).toContain('Check that the database is running');
  const failed = run.json.checks.filter(({ status, id }) => status === 'fail' && id !== 'port').map(({ id }) => id);
  expect(failed).toEqual(['store']);
  expect(run.check('permissions').detail).toBe('skipped: fix the store first');
  expect(run.check('token').detail).toMatch(/^skipped/);
}, 30_000);
