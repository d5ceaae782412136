import { fork } from 'node:child_process';
import { childEnvironment, type Env } from '../ground/env.ts';
import { htmlPage } from '../ground/html.ts';
import type { CaptureServer } from './capture-server.ts';

const page = htmlPage({
  title: 'ottokit-tiktok has stopped',
  script: "history.replaceState(null, '', '/')",
  body: `<main>
<h1>ottokit-tiktok has stopped</h1>
<p>The program in the terminal isn’t running anymore. This address stayed on your computer and didn’t reach OttoKit.</p>
<p class="next">Close this window, then run <code>ottokit-tiktok connect</code> again.</p>
</main>`,
});

/**
 * Once the main program has exited, answers every request to the captured host with the page, and deletes the
 * directories when the browser exits. On Linux, an exited browser may remain a zombie (state Z).
 */
const program = `
const { createServer } = require('node:http');
const secure = require('node:https');
const { rm, readFile } = require('node:fs/promises');
process.on('SIGINT', () => {}).on('SIGHUP', () => {});
process.once('message', ({ port, key, cert, browserPid, directories, page }) => process.once('disconnect', () => {
  const answers = secure.createServer({ key, cert }, (request, response) =>
    response.writeHead(503, { 'Content-Type': 'text/html', 'Cache-Control': 'no-store', Connection: 'close' }).end(page));
  createServer((request, response) => response.writeHead(403).end()).on('error', () => {})
    .on('connect', (request, socket) => {
      socket.on('error', () => {}).write('HTTP/1.1 200 Connection established\\r\\n\\r\\n');
      answers.emit('connection', socket);
    }).listen(port, '127.0.0.1');
  const hasEnded = async () => {
    try {
      process.kill(browserPid, 0);
    } catch {
      return true;
    }
    const stat = await readFile('/proc/' + browserPid + '/stat', 'latin1').catch(() => '');
    return /\\) [ZX]/.test(stat);
  };
  setInterval(async () => {
    if (!(await hasEnded())) return;
    const options = { recursive: true, force: true, maxRetries: 10 };
    await Promise.allSettled(directories.map((each) => rm(each, options)));
    process.exit();
  }, 200);
}));
`;

/** Starts a process that outlives this program. Returns a function that kills it. */
export function startKeeper(
  { port, certificate: { key, cert } }: Pick<CaptureServer, 'port' | 'certificate'>,
  browserPid: number,
  directories: readonly string[],
  env: Env,
): () => void {
  const child = fork('window-keeper', [], {
    // With `--eval`, Node runs this code instead of a file. The path above is only a name.
    execArgv: ['--eval', program],
    env: childEnvironment(env, /^NODE_/i),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  });
  child.on('error', () => undefined);
  child.send({ port, key, cert, browserPid, directories, page }, () => undefined);
  child.unref();
  child.channel?.unref();
  return () => void child.kill('SIGKILL');
}
