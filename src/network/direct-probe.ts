import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { closeAll } from './close-all.ts';
import { limit } from './limit.ts';
import { explainError, type NoAnswer } from './no-answer.ts';
import type { Certificate, Milliseconds, Reach } from './reachability.ts';

interface Address {
  readonly address: string;
  readonly family: number;
}

/** What is known so far; a failure tells it too. */
interface Attempt {
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly sockets: Socket[];
  readonly milliseconds: { lookup?: number; connect?: number; handshake?: number };
  certificate?: Certificate;
}

/** The way to a host without a proxy. See `probeHost`. */
export async function probeDirectly(url: URL, ends: { timeout: number; signal?: AbortSignal }): Promise<Reach> {
  const limits = limit(ends.timeout, ends.signal);
  const attempt: Attempt = { url, signal: limits.signal, sockets: [], milliseconds: {} };
  const started = performance.now();
  const milliseconds = (): Milliseconds => ({ ...attempt.milliseconds, total: since(started) });
  try {
    const reached = await reach(attempt);
    return { ok: true, ...reached, milliseconds: milliseconds() };
  } catch (thrown) {
    const ended = limits.reached();
    const why = ended === null ? explain(thrown, attempt) : { reason: ended, detail: step(attempt) };
    const { certificate } = attempt;
    return { ok: false, ...why, ...(certificate === undefined ? {} : { certificate }), milliseconds: milliseconds() };
  } finally {
    limits.clear();
    closeAll(attempt.sockets);
  }
}

const since = (started: number): number => Math.round(performance.now() - started);

async function reach(attempt: Attempt): Promise<Pick<Extract<Reach, { ok: true }>, 'addresses' | 'tls' | 'date'>> {
  const addresses = await lookUp(attempt);
  const socket = await open(attempt, addresses);
  const secured = attempt.url.protocol === 'https:' ? await secure(attempt, socket) : undefined;
  const date = await readDate(attempt, secured?.socket ?? socket);
  return {
    addresses: addresses.length,
    ...(secured === undefined ? {} : { tls: { ...secured.certificate, protocol: secured.protocol, authorized: true } }),
    ...(date === undefined ? {} : { date }),
  };
}

async function lookUp({ url, signal, milliseconds }: Attempt): Promise<Address[]> {
  signal.throwIfAborted();
  const started = performance.now();
  const aborted = once(signal, 'abort').then(() => {
    throw new Error('aborted');
  });
  aborted.catch(() => undefined);
  const addresses = await Promise.race([lookup(bareHost(url), { all: true }), aborted]);
  milliseconds.lookup = since(started);
  return addresses;
}

/** Without the brackets of an IPv6 address. */
const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/u, '$1');

async function open({ url, signal, sockets, milliseconds }: Attempt, addresses: Address[]): Promise<Socket> {
  const started = performance.now();
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const socket = connect({
    host: bareHost(url),
    port,
    autoSelectFamily: true,
    lookup: (_name, { all }, tell) => {
      const [first] = addresses;
      if (all === true || first === undefined) tell(null, addresses);
      else tell(null, first.address, first.family);
    },
  });
  keep(sockets, socket);
  await once(socket, 'connect', { signal });
  milliseconds.connect = since(started);
  return socket;
}

/** An error is heard by the step that waits; one that comes after the steps is nobody's. */
function keep(sockets: Socket[], socket: Socket): void {
  socket.on('error', () => undefined);
  sockets.push(socket);
}

/** The certificate is looked at even if it is not accepted; nothing is sent then. */
async function secure(
  attempt: Attempt,
  socket: Socket,
): Promise<{ socket: TLSSocket; certificate: Certificate; protocol: string }> {
  const started = performance.now();
  const host = bareHost(attempt.url);
  const secured = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
  });
  keep(attempt.sockets, secured);
  await once(secured, 'secureConnect', { signal: attempt.signal });
  attempt.milliseconds.handshake = since(started);
  const certificate = describe(secured.getPeerCertificate());
  attempt.certificate = certificate;
  // Declared as an Error; it is the code.
  if (!secured.authorized) throw Object.assign(new Error('not accepted'), { code: secured.authorizationError });
  return { socket: secured, certificate, protocol: secured.getProtocol() ?? 'unknown' };
}

function describe({ issuer, valid_to }: PeerCertificate): Certificate {
  const names = [issuer.O, issuer.CN].flat().filter((name) => typeof name === 'string');
  return { issuer: names.join(', '), validTo: new Date(valid_to).toISOString() };
}

/** `undefined` when the server answers no `HEAD /`: it was reached all the same. */
async function readDate({ url, signal }: Attempt, socket: Socket): Promise<string | undefined> {
  try {
    const headers = { host: url.host };
    const asked = request({ method: 'HEAD', headers, path: '/', createConnection: () => socket });
    asked.on('error', () => undefined);
    const answered = once(asked, 'response', { signal });
    asked.end();
    const [answer] = (await answered) as [IncomingMessage];
    return answer.headers.date;
  } catch {
    return undefined;
  }
}

function explain(thrown: unknown, { url, milliseconds }: Attempt): NoAnswer {
  const why = explainError(thrown);
  const inHandshake = url.protocol === 'https:' && milliseconds.connect !== undefined;
  return inHandshake && why.reason === 'connection-lost' ? { ...why, reason: 'tls' } : why;
}

function step({ milliseconds }: Attempt): string {
  if (milliseconds.lookup === undefined) return 'while the name was looked up';
  return milliseconds.connect === undefined ? 'while connecting' : 'in the TLS handshake';
}
