import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listening } from './servers.ts';

export interface Authority {
  /** The path of a PEM file, for `NODE_EXTRA_CA_CERTS`. */
  readonly file: string;
  /** Issues a certificate for names such as `DNS:localhost,IP:127.0.0.1`. With -1 for `days`, it has expired. */
  issue(names: string, days?: number): { key: Buffer; cert: Buffer };
  remove(): void;
}

/** Creates a certificate authority in a directory that `remove` deletes. */
export function makeAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'ottokit-tiktok-ca-'));
  const at = (name: string): string => join(directory, name);
  const openssl = (...given: string[]): void => {
    execFileSync('openssl', given, { stdio: 'pipe' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const subject = ['-subj', '/O=Example Interception/CN=Example Root'];
  openssl('req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '2', ...subject);
  let issued = 0;
  return {
    file: at('ca.pem'),
    issue: (names, days = 2) => {
      issued += 1;
      const [key, request, cert, extensions] = ['key', 'csr', 'pem', 'ext'].map((kind) =>
        at(`${String(issued)}.${kind}`),
      );
      writeFileSync(String(extensions), `subjectAltName=${names}\n`);
      openssl('req', ...newKey, '-keyout', String(key), '-out', String(request), '-subj', '/CN=leaf');
      const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', String(days)];
      openssl('x509', '-req', '-in', String(request), ...signing, '-extfile', String(extensions), '-out', String(cert));
      return { key: readFileSync(String(key)), cert: readFileSync(String(cert)) };
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Starts an https server on 127.0.0.1 that answers every request with `secured`. */
export async function serveTls(identity: { key: Buffer; cert: Buffer }): Promise<{ server: Server; port: number }> {
  return await listening(createServer(identity, (_request, response) => response.end('secured')));
}
