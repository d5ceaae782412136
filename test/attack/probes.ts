import { request, type Reply } from '../listener/probe.ts';
import { expectGuarded, type WaitingLogin } from './waiting-login.ts';

/** What someone else sends to a `connect` that waits for the browser. */
export interface Probe {
  /** The name in SECURITY.md. */
  readonly name: string;
  /** The result in SECURITY.md. */
  readonly answer: string;
  /** Makes the attempt and returns its result. */
  readonly attempt: (login: WaitingLogin) => Promise<string>;
}

const statusOf = (reply: Reply): string => {
  expectGuarded(reply);
  return String(reply.status);
};

/** Sends a request with the right `Host` and returns the status. */
const asked =
  (method: string, target: string | ((login: WaitingLogin) => string), ...headers: readonly string[]) =>
  async (login: WaitingLogin): Promise<string> =>
    statusOf(await login.ask(method, typeof target === 'string' ? target : target(login), ...headers));

const validTarget = ({ validTarget: target }: WaitingLogin): string => target;

/** Sends a request for the right path, with a change to the valid query. */
const altered = (change: (query: URLSearchParams, login: WaitingLogin) => void) =>
  asked('GET', (login) =>
    login.target((query) => {
      change(query, login);
    }),
  );

const sent =
  (bytes: (login: WaitingLogin) => string) =>
  async (login: WaitingLogin): Promise<string> =>
    statusOf(await login.send(bytes(login)));

export const probes: readonly Probe[] = [
  { name: '`/favicon.ico`', answer: '404', attempt: asked('GET', '/favicon.ico') },
  {
    name: 'a wrong path with the valid query',
    answer: '404',
    attempt: asked('GET', (login) => login.validTarget.replace('/callback', '/callback2')),
  },
  {
    name: 'a forged `?error=access_denied` without state',
    answer: '400',
    attempt: asked('GET', '/callback?error=access_denied'),
  },
  {
    name: 'a wrong state',
    answer: '400',
    attempt: altered((query) => {
      query.set('state', 'A'.repeat(43));
    }),
  },
  {
    name: 'a non-ASCII state of equal length',
    answer: '400',
    attempt: altered((query, { state }) => {
      query.set('state', 'é'.repeat(state.length));
    }),
  },
  {
    name: 'no state',
    answer: '400',
    attempt: altered((query) => {
      query.delete('state');
    }),
  },
  {
    name: 'two states, both valid',
    answer: '400',
    attempt: altered((query, { state }) => {
      query.append('state', state);
    }),
  },
  {
    name: 'two codes',
    answer: '400',
    attempt: altered((query) => {
      query.append('code', 'ROW_of-somebody-else');
    }),
  },
  {
    name: '`code=null` with the valid state',
    answer: '400',
    attempt: altered((query) => {
      query.set('code', 'null');
    }),
  },
  {
    name: '`code=` with the valid state',
    answer: '400',
    attempt: altered((query) => {
      query.set('code', '');
    }),
  },
  { name: '`HEAD` with the valid query', answer: '405', attempt: asked('HEAD', validTarget) },
  {
    name: '`OPTIONS` with the valid query, as a preflight request',
    answer: '405',
    attempt: asked(
      'OPTIONS',
      validTarget,
      'Origin: https://evil.example',
      'Access-Control-Request-Method: GET',
      'Access-Control-Request-Private-Network: true',
    ),
  },
  { name: '`POST` with the valid query and a body of 20 MB', answer: '405, unread', attempt: postMuch },
  {
    name: 'another site’s `Host` with the valid query (DNS rebinding)',
    answer: '421',
    attempt: sent((login) => request('GET', login.validTarget, [`Host: evil.example:${String(login.port)}`])),
  },
  {
    name: 'another site’s `Origin` with the valid query',
    answer: '403',
    attempt: asked('GET', validTarget, 'Origin: https://evil.example'),
  },
  {
    name: 'an image on another site with the valid query',
    answer: '403',
    attempt: asked('GET', validTarget, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'),
  },
  { name: '`GET //`', answer: '404', attempt: asked('GET', '//') },
  { name: '`GET http://[`', answer: '400', attempt: asked('GET', 'http://[') },
  { name: '`GET *`', answer: '400', attempt: asked('GET', '*') },
  { name: 'NUL bytes', answer: '400', attempt: sent(() => '\0\0\0\0\r\n\r\n') },
  { name: 'raw bytes (the beginning of TLS)', answer: '400', attempt: sent(() => '\x16\x03\x01\x02\x00\x01\xff\xfe') },
  {
    name: 'a header of 100 KB',
    answer: '431',
    attempt: asked('GET', validTarget, `X-Long: ${'x'.repeat(100_000)}`),
  },
  { name: '1,000 connections that send nothing', answer: 'the oldest are closed', attempt: keepSilent },
  { name: 'a client that sends one byte a second', answer: '408 after 5 seconds', attempt: drip },
  { name: '10,000 garbage requests in a row', answer: '404 each', attempt: sendGarbage },
  { name: 'the same valid callback twice', answer: '409 to the second', attempt: arriveTwice },
];

async function postMuch({ dial, validTarget: target, port }: WaitingLogin): Promise<string> {
  const { socket, reply } = dial();
  const unread = new Promise<boolean>((resolve) => {
    socket.once('data', () => {
      resolve(socket.writableLength > 0);
    });
  });
  socket.write(request('POST', target, [`Host: 127.0.0.1:${String(port)}`, 'Content-Length: 20971520']));
  for (let megabyte = 0; megabyte < 20; megabyte += 1) socket.write(Buffer.alloc(1_048_576, 'x'));
  return `${statusOf(await reply)}${(await unread) ? ', unread' : ''}`;
}

async function keepSilent({ dial }: WaitingLogin): Promise<string> {
  const silent = Array.from({ length: 1_000 }, () => dial());
  await Promise.all(silent.map(({ open }) => open));
  const oldest = await Promise.all(silent.slice(0, 100).map(({ reply }) => reply));
  const newest = silent.at(-1);
  if (newest?.socket.closed === true) return 'all are closed';
  return oldest.every(({ raw }) => raw === '') ? 'the oldest are closed' : 'the oldest are answered';
}

async function drip({ dial, validTarget: target, port }: WaitingLogin): Promise<string> {
  const { socket, reply } = dial();
  const bytes = request('GET', target, [`Host: 127.0.0.1:${String(port)}`]);
  let place = 0;
  const began = performance.now();
  const timer = setInterval(() => socket.write(bytes[place++] ?? ''), 1_000);
  const status = statusOf(await reply);
  clearInterval(timer);
  return performance.now() - began >= 5_000 ? `${status} after 5 seconds` : `${status} too early`;
}

async function sendGarbage({ ask }: WaitingLogin): Promise<string> {
  const statuses = new Set<string>();
  const client = async (name: number): Promise<void> => {
    for (let count = 0; count < 200; count += 1) {
      statuses.add(statusOf(await ask('GET', `/garbage-${String(name)}-${String(count)}?code=x&state=y`)));
    }
  };
  await Promise.all(Array.from({ length: 50 }, (_, name) => client(name)));
  return `${[...statuses].join(', ')} each`;
}

/** The second callback arrives while the first one's code is being exchanged. */
async function arriveTwice({ journey, arrive, ask, validTarget: target }: WaitingLogin): Promise<string> {
  const held = journey.shop.hold('/api/v2/token/get');
  void arrive();
  await held.arrived;
  const second = statusOf(await ask('GET', target));
  held.release();
  return `${second} to the second`;
}
