const parts = [
  // Few runs show colors or wide characters, and these libraries' tables and patterns take 2 ms to compile.
  inOwnFile('chalk', (file) => `export function Chalk(options) { return new (${file}.Chalk)(options); }`),
  inOwnFile('fast-string-width', (file) => `export default (text) => ${file}.default(text);`),
  // We always pass chalk a color level, so it doesn't need to detect one.
  { of: 'chalk', path: '#supports-color', code: 'export default { stdout: false, stderr: false };' },
  // Commander needs this only for subcommands that are separate programs. We have none.
  { of: 'commander', path: 'node:child_process', code: 'module.exports = {};' },
  // We give conf no schema, so it validates nothing.
  { of: 'conf', path: 'ajv/dist/2020.js', code: 'export const Ajv2020 = null;' },
  { of: 'conf', path: 'ajv-formats', code: 'export default null;' },
  // This would intercept SIGINT and send it twice. We write files synchronously, so there is nothing to clean up.
  { of: 'atomically', path: 'when-exit', code: 'export default () => undefined;' },
  // This would load all of Node's fetch just to check whether pg is running in a Cloudflare Worker.
  {
    of: 'pg',
    path: './stream',
    code: `module.exports = {
      getStream: () => new (require('node:net').Socket)(),
      getSecureStream: (options) => require('node:tls').connect(options),
    };`,
  },
  // Our own code parses the address and passes its parts.
  { of: 'pg', path: 'pg-connection-string', code: 'module.exports = {};' },
  // This would resolve host names for libpq, which we don't use. Node's sockets resolve ours.
  { of: 'pg', path: 'dns', code: 'module.exports = {};' },
  // We use only undici's client, not its fetch, WebSocket, caches or mocks.
  {
    path: 'undici',
    code: `
      import Client from 'undici/lib/dispatcher/client.js';
      import api from 'undici/lib/api/index.js';
      Object.assign(Client.prototype, api);
      export { Client };
    `,
  },
  // With NODE_DEBUG, undici would print addresses, and some contain the App Secret.
  ...['./diagnostics.js', '../core/diagnostics.js'].map((path) => ({
    of: 'undici',
    path,
    code: 'module.exports = { channels: new Proxy({}, { get: () => ({ hasSubscribers: false }) }) };',
  })),
];

/** Leaves out library code that we don't use, and delays what few runs need. Most of it would slow startup. */
export const leaveOut = {
  name: 'leave-out',
  resolveId: (path, importer) =>
    importer && parts.some((part) => part.path === path && part.of === packageOf(importer)) ? `\0${path}` : null,
  load: (id) => {
    const code = parts.find(({ path }) => id === `\0${path}`)?.code;
    return code === undefined ? null : { code, moduleType: 'js' };
  },
};

/** Loads a library only when it is first called. The library must be an entry of the build, named `lazy/` + `path`. */
function inOwnFile(path, code) {
  return { path, code: code(`require('./lazy/${path}.cjs')`) };
}

/** Returns the package that a file belongs to; `undefined` for our own. */
function packageOf(file) {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];
}
