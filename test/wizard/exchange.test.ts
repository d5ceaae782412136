import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { makeHttp } from '../../src/network/http.ts';
import { exchange } from '../../src/wizard/steps/exchange.ts';
import type { WizardContext } from '../../src/wizard/wizard-context.ts';
import { serve } from '../network/servers.ts';
import { connected, realClock } from '../store/child-setting.ts';
import { storeIn, temporaryDirectory } from '../store/setting.ts';
import { personWith } from './person.ts';

test('a code isn’t exchanged twice if another process takes over the lock and changes the profile in the meantime', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  const { app, journal } = connected('a');
  await store.change('a', () => connected('a'));
  let requests = 0;
  const takeOver = async (): Promise<void> => {
    requests += 1;
    if (requests > 1) return;
    await unlink(join(root, 'config', 'connections.lock'));
    await (await storeIn(root)).change('a', (current) => current && { ...current, updatedAt: 7 });
  };
  const data = { access_token: 'ROW_access', refresh_token: 'ROW_new' };
  const { origin } = await serve((_, response) => {
    void takeOver().then(() => response.end(JSON.stringify({ code: 0, message: 'success', data })));
  });
  const { http, close } = makeHttp({ env: {}, userAgent: 'test' });
  onTestFinished(close);
  const io = { say: personWith({}).say, http, clock: realClock, signal: new AbortController().signal };
  const context = { io, store, hosts: () => ({ services: origin, auth: origin, api: origin }) };

  const draft = { name: 'a', app, journal, keepsStored: true, reopened: [] };
  await exchange(context as unknown as WizardContext, draft, { outcome: 'approved', code: new Secret('ROW_code') });

  expect(requests).toBe(1);
  expect((await store.profile('a'))?.tokens?.refreshToken.reveal()).toBe('ROW_new');
});
