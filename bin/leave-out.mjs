import packageJson from '../package.json' with { type: 'json' };

const parts = [
  // We read only the version.
  { of: undefined, path: '../package.json', code: `export default { version: '${packageJson.version}' };` },
  // Few runs show colors or wide characters. Their tables and patterns take 2 ms to compile.
  inOwnFile('chalk', (file) => `export function Chalk(options) { return new (${file}.Chalk)(options); }`),
  inOwnFile('fast-string-width', (file) => `export default (text) => ${file}.default(text);`),
  // We always give chalk the color level, so it doesn't need to examine the terminal.
  { of: 'chalk', path: '#supports-color', code: 'export default { stdout: false, stderr: false };' },
  // Commander needs this only for subcommands that are separate programs. We have none.
  { of: 'commander', path: 'node:child_process', code: 'module.exports = {};' },
  // We give conf no schema, so it validates nothing.
  { of: 'conf', path: 'ajv/dist/2020.js', code: 'export const Ajv2020 = null;' },
  { of: 'conf', path: 'ajv-formats', code: 'export default null;' },
  // It would take over SIGINT and send it twice. We write files in one synchronous step, so it has nothing to clean up.
  { of: 'atomically', path: 'when-exit', code: 'export default () => undefined;' },
  // It would load all of Node's fetch just to see whether it runs in a Cloudflare Worker.
  {
    of: 'pg',
    path: './stream',
    code: `module.exports = {
      getStream: () => new (require('node:net').Socket)(),
      getSecureStream: (options) => require('node:tls').connect(options),
    };`,
  },
  // Our own code reads the address and passes its parts.
  { of: 'pg', path: 'pg-connection-string', code: 'module.exports = {};' },
  // Load Web Crypto only if there is a password.
  { of: 'pg', path: './crypto/utils', code: lazily('pg/lib/crypto/utils.js', 'postgresMd5PasswordHash') },
  {
    of: 'pg',
    path: './crypto/sasl',
    code: lazily('pg/lib/crypto/sasl.js', 'startSession', 'continueSession', 'finalizeSession'),
  },
  // We use only its client, not fetch, WebSocket, caches or mocks.
  {
    of: undefined,
    path: 'undici',
    code: `
      import Client from 'undici/lib/dispatcher/client.js';
      import api from 'undici/lib/api/index.js';
      Object.assign(Client.prototype, api);
      export { Client };
    `,
  },
  // With NODE_DEBUG, it would print addresses, and some contain the App Secret.
  ...['./diagnostics.js', '../core/diagnostics.js'].map((path) => ({
    of: 'undici',
    path,
    code: 'module.exports = { channels: new Proxy({}, { get: () => ({ hasSubscribers: false }) }) };',
  })),
];

/** Leaves out unused parts of libraries that would load much of Node at every start. */
export const leaveOut = {
  name: 'leave-out',
  resolveId: (path, importer) =>
    importer && parts.some((part) => part.path === path && part.of === packageOf(importer)) ? `\0${path}` : null,
  load: (id) => {
    const code = parts.find(({ path }) => id === `\0${path}`)?.code;
    return code === undefined ? null : { code, moduleType: 'js' };
  },
};

/** A library that is loaded when it is first called. It must be an entry of the build, named `lazy/` and its name. */
function inOwnFile(path, code) {
  return { of: undefined, path, code: code(`require('./lazy/${path}.cjs')`) };
}

/** A CommonJS module that loads another one when one of its functions is first called. */
function lazily(path, ...names) {
  const calls = names.map((name) => `${name}: (...values) => require('${path}').${name}(...values)`);
  return `module.exports = { ${calls.join(', ')} };`;
}

/** The package that a file belongs to; `undefined` for our own. */
function packageOf(file) {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];
}
