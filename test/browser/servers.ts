import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** Listens on a free port of 127.0.0.1 until the test ends. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Stands where api.ottokit.com is: keeps every byte that is sent towards it and answers nothing. */
export async function startSink(): Promise<{ port: number; connections: () => number; bytes: () => number }> {
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
  return { port: await listen(server), connections: () => connections, bytes: () => bytes };
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server that answers the paths it knows and keeps the address of every request. */
export async function startServer(answers: Record<string, Answer>): Promise<{ origin: string; seen: string[] }> {
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
  return { origin: `http://127.0.0.1:${String(await listen(server))}`, seen };
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
    response.writeHead(status, { Location: location }).end();
  };
