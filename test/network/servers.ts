import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  createServer as createTcpServer,
  connect,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { onTestFinished } from 'vitest';

/** Listens on a free port of 127.0.0.1, and closes the server and its sockets when the test ends. */
export async function listening<S extends TcpServer>(server: S): Promise<{ server: S; port: number }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Starts a web server on 127.0.0.1. */
export async function serve(answer: RequestListener): Promise<{ server: Server; port: number; origin: string }> {
  const { server, port } = await listening(createServer(answer));
  return { server, port, origin: `http://127.0.0.1:${String(port)}` };
}

/** Starts a TCP server on 127.0.0.1 that passes each connection to `handle`. */
export async function serveRaw(handle: (socket: Socket) => void): Promise<{ port: number; origin: string }> {
  const { port } = await listening(createTcpServer(handle));
  return { port, origin: `http://127.0.0.1:${String(port)}` };
}

/** Starts a CONNECT proxy (RFC 9110 section 9.3.6) that connects every name to the port `target` on this computer. */
export async function serveProxy(
  target: number,
  refuse: (authorization: string | undefined) => number | null = () => null,
): Promise<{ port: number; asked: { authority: string; authorization: string | undefined }[] }> {
  const asked: { authority: string; authorization: string | undefined }[] = [];
  const { server, port } = await serve((_request, response) => response.writeHead(500).end());
  server.on('connect', (request, client: Socket) => {
    const authorization = request.headers['proxy-authorization'];
    asked.push({ authority: request.url ?? '', authorization });
    const status = refuse(authorization);
    if (status !== null) {
      client.end(`HTTP/1.1 ${String(status)} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
    client.on('close', () => onward.destroy());
  });
  return { port, asked };
}
