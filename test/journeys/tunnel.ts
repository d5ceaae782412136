import { createServer, request } from 'node:http';
import type { After } from './machine.ts';

/** Opens a tunnel that forwards requests from `tunnelPort` to the port `to`, with `host` as their Host header. */
export async function openTunnel(after: After, way: { tunnelPort: number; to: number; host: string }): Promise<void> {
  const server = createServer((incoming, response) => {
    const headers = { ...incoming.headers, host: way.host };
    const options = { host: '127.0.0.1', port: way.to, path: incoming.url, method: incoming.method, headers };
    const outgoing = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.once('error', () => response.destroy());
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(way.tunnelPort, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
}
