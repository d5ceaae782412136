import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { onTestFinished } from 'vitest';
import type { After } from '../journeys/machine.ts';

/** Listens on a free port of 127.0.0.1 until the test ends. Returns the port. */
async function listen(server: Server, after: After): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Starts an imitation of api.ottokit.com that counts connections and bytes, and never answers. */
export async function startSink(
  after: After = onTestFinished,
): Promise<{ port: number; connections: () => number; bytes: () => number }> {
  let connections = 0;
  let bytes = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      bytes += data.length;
      socket.destroy();
    });
  });
  return { port: await listen(server, after), connections: () => connections, bytes: () => bytes };
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a web server that answers known paths and records the method and address of requests except for icons. */
export async function startServer(
  answers: Readonly<Record<string, Answer>>,
  after: After = onTestFinished,
): Promise<{ origin: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    const address = request.url ?? '/';
    if (address !== '/favicon.ico') seen.push(`${request.method ?? ''} ${address}`);
    const answer = answers[new URL(address, 'http://localhost').pathname];
    request.resume().on('end', () => {
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response);
    });
  });
  return { origin: `http://127.0.0.1:${String(await listen(server, after))}`, seen };
}

export const page =
  (body: string, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response
      .writeHead(200, { 'Content-Type': 'text/html', ...headers })
      .end(`<!doctype html><title>page</title>${body}`);
  };

export const redirect =
  (location: string, status = 302): Answer =>
  (_request, response) => {
    response.writeHead(status, { Location: location, 'Cache-Control': 'no-store' }).end();
  };
