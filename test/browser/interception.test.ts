import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { intercept } from '../../src/browser/interception.ts';
import type { Send } from '../../src/browser/pipe.ts';

/** A browser that keeps what it is told, and refuses what `refuses` names. */
function watch(refuses?: string) {
  const told: unknown[] = [];
  const seen: string[] = [];
  const send: Send = (method, params, session) => {
    told.push([method, params, session]);
    return Promise.resolve(method === refuses ? { ok: false, why: 'no' } : { ok: true, result: {} });
  };
  const onEvent = intercept(
    {
      redirectUrl: 'https://api.ottokit.com/tiktok_shop/connection',
      matches: () => true,
      forwardTo: () => 'http://127.0.0.1:1/callback',
    },
    {
      pageReady: (session) => seen.push(`ready ${session}`),
      noPageLeft: () => seen.push('none left'),
    },
  );
  const happens = async (method: string, params: object, sessionId?: string): Promise<void> => {
    onEvent({ method, params, sessionId }, send);
    await turn();
  };
  return { happens, told, seen };
}

const attached = (session: string) => ({
  sessionId: session,
  targetInfo: { targetId: `page of ${session}`, type: 'page' },
});

test('of all that happens in a page, only documents from the Redirect URL are asked for', async () => {
  const { happens, told, seen } = watch();
  await happens('Target.attachedToTarget', attached('S'));
  const pattern = {
    urlPattern: 'https://api.ottokit.com/tiktok_shop/connection*',
    resourceType: 'Document',
    requestStage: 'Request',
  };
  expect(told).toEqual([
    ['Fetch.enable', { patterns: [pattern] }, 'S'],
    ['Runtime.runIfWaitingForDebugger', {}, 'S'],
  ]);
  expect(seen).toEqual(['ready S']);
});

test('a page whose requests cannot be held back never begins', async () => {
  const { happens, told, seen } = watch('Fetch.enable');
  await happens('Target.attachedToTarget', attached('S'));
  expect(told).toHaveLength(1);
  expect(seen).toEqual([]);
});

test('the window counts as closed when its last page is', async () => {
  const { happens, seen } = watch();
  await happens('Target.attachedToTarget', attached('A'));
  await happens('Target.attachedToTarget', attached('B'));
  await happens('Target.detachedFromTarget', { sessionId: 'A' });
  await happens('Target.detachedFromTarget', { sessionId: 'unknown' });
  expect(seen).toEqual(['ready A', 'ready B']);
  await happens('Target.detachedFromTarget', { sessionId: 'B' });
  expect(seen).toEqual(['ready A', 'ready B', 'none left']);
});

test('a request held back in a page that is gone goes on', async () => {
  const { happens, told } = watch();
  const request = { url: 'https://api.ottokit.com/tiktok_shop/connection?code=c', method: 'GET' };
  await happens('Fetch.requestPaused', { requestId: 'R', frameId: 'page of S', request }, 'S');
  expect(told).toEqual([['Fetch.continueRequest', { requestId: 'R' }, 'S']]);
});

test('events of other kinds, or of a shape that is not known, change nothing', async () => {
  const { happens, told, seen } = watch();
  await happens('Network.requestWillBeSent', { request: { url: 'https://example.com/' } }, 'S');
  await happens('Target.attachedToTarget', { sessionId: 7 });
  await happens('Fetch.requestPaused', { requestId: 'R' }, 'S');
  expect([...told, ...seen]).toEqual([]);
});
