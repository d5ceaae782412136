import { expect, test } from 'vitest';
import { page, redirect, type Answer } from './servers.ts';
import { approved, processesWith, profilesIn, redirectUrl, setUp, startScreen, state, until } from './window.ts';
import { readFile } from 'node:fs/promises';

const captured = `GET /callback?app_key=6abc&code=TTP_code&locale=en&shop_region=US&state=${state}`;
const submitForm = page('<form method="post" action="/go"></form><script>document.forms[0].submit()</script>');
const script = (code: string, headers: Record<string, string> = {}): Answer =>
  page(`<script>${code}</script>`, headers);

/** The ways in which TikTok Shop's page may come to the Redirect URL. */
const ways: Record<string, Record<string, Answer>> = {
  'a redirect by the server': { '/authorize': redirect(approved) },
  'a redirect by script': { '/authorize': script(`location.href = '${approved}'`) },
  'a chain of redirects': {
    '/authorize': redirect('/a', 301),
    '/a': redirect('/b', 307),
    '/b': redirect(approved, 303),
  },
  'a form whose answer is a redirect': { '/authorize': submitForm, '/go': redirect(approved, 303) },
  'a form that may lead to the Redirect URL alone': {
    '/authorize': (request, response) => {
      response.setHeader('Content-Security-Policy', "form-action 'self' https://api.ottokit.com");
      submitForm(request, response);
    },
    '/go': redirect(approved),
  },
  'a new tab': { '/authorize': script(`window.open('${approved}')`) },
  'a new tab that is redirected, apart from its opener': {
    '/authorize': script(`window.open('/go', '_blank', 'noopener')`),
    '/go': redirect(approved),
  },
  'a frame that moves the whole page': {
    '/authorize': page('<iframe src="/frame"></iframe>'),
    '/frame': script(`top.location.href = '${approved}'`),
  },
  'a page that asks before it is left': {
    '/authorize': script(`onbeforeunload = (event) => event.preventDefault(); location.href = '${approved}'`),
  },
};

test.for(Object.entries(ways))('%s brings the code here and nothing to OttoKit', async ([, pages], context) => {
  const { open, listener, sink } = await setUp(context, pages, { extraArguments: ['--disable-popup-blocking'] });
  const window = await open();
  await until('the listener was asked', () => listener.seen.length > 0);
  await window.close();
  expect(listener.seen).toEqual([captured]);
  expect({ connections: sink.connections(), bytes: sink.bytes() }).toEqual({ connections: 0, bytes: 0 });
});

test('a window on a screen brings the code here too', async (context) => {
  const screen = await startScreen(context);
  const { open, listener, sink } = await setUp(context, { '/authorize': redirect(approved) }, { screen });
  const window = await open();
  await until('the listener was asked', () => listener.seen.length > 0);
  await window.close();
  expect(listener.seen).toEqual([captured]);
  expect(sink.connections()).toBe(0);
});

test('a seller who declines is brought here as well', async (context) => {
  const denied = `${redirectUrl}?code=null&error=auth_denied&state=${state}`;
  const { open, listener, sink } = await setUp(context, { '/authorize': redirect(denied) });
  await open();
  await until('the listener was asked', () => listener.seen.length > 0);
  expect(listener.seen).toEqual([`GET /callback?code=null&error=auth_denied&state=${state}`]);
  expect(sink.connections()).toBe(0);
});

test('an answer that comes twice never reaches OttoKit', async (context) => {
  const pages = { '/authorize': script(`window.open('${approved}'); location.href = '${approved}'`) };
  const { open, listener, sink } = await setUp(context, pages, { extraArguments: ['--disable-popup-blocking'] });
  await open();
  await until('the listener was asked twice', () => listener.seen.length === 2);
  expect(sink.connections()).toBe(0);
});

/** Requests that look alike and are none of our business: they go where they wanted to. */
const others: Record<string, Record<string, Answer>> = {
  'with another state': { '/authorize': script(`location.href = '${approved.replace(state, 'another')}'`) },
  'without a state': { '/authorize': redirect(`${redirectUrl}?code=TTP_code`) },
  'by a frame inside the page': { '/authorize': page(`<iframe src="${approved.replaceAll('&', '&amp;')}"></iframe>`) },
  'that posts a form': { '/authorize': submitForm, '/go': redirect(approved, 307) },
  'by a script inside the page': { '/authorize': script(`fetch('${approved}', { mode: 'no-cors' })`) },
  'below the path of the Redirect URL': { '/authorize': redirect(approved.replace('?', '/more?')) },
};

test.for(Object.entries(others))('a request to OttoKit %s passes untouched', async ([, pages], context) => {
  const { open, listener, sink } = await setUp(context, pages);
  const window = await open();
  await until('the request reached the place of OttoKit', () => sink.bytes() > 0);
  await window.close();
  expect(listener.seen).toEqual([]);
});

test('the capture still works after requests that were not the awaited one', async (context) => {
  const stray = approved.replace(state, 'another');
  const pages = {
    '/authorize': page(`<iframe src="${stray.replaceAll('&', '&amp;')}"></iframe>
      <script>setTimeout(() => { location.href = '${approved}' }, 300)</script>`),
  };
  const { open, listener } = await setUp(context, pages);
  await open();
  await until('the listener was asked', () => listener.seen.length > 0);
  expect(listener.seen).toEqual([captured]);
});

test('neither the authorization address nor a secret of ours is seen on the browser', async (context) => {
  const env = { OTTOKIT_TIKTOK_APP_SECRET: 'very-secret', OTTOKIT_TIKTOK_PASSPHRASE: 'very-secret' };
  const { open, root, tiktok } = await setUp(context, { '/authorize': page('<h1>Authorize</h1>') }, { env });
  await open();
  await until('the page was asked for', () => tiktok.seen.length > 0);
  const [profile] = await profilesIn(root);
  const processes = await processesWith(`--user-data-dir=${String(profile)}`);
  expect(processes.length).toBeGreaterThan(0);
  for (const { pid, args } of processes) {
    expect(args).not.toContain(state);
    expect(args).not.toContain('remote-debugging-port');
    expect(await readFile(`/proc/${String(pid)}/environ`, 'utf8').catch(() => '')).not.toContain('OTTOKIT_TIKTOK_');
  }
});
