import { spawn } from 'node:child_process';
import { startKeeper } from '../../src/browser/keeper.ts';

/** Starts `sleep` in place of a browser, and the keeper for its directory. Then it waits to be killed. */
const [directory = ''] = process.argv.slice(2);
const browser = spawn('sleep', ['1'], { stdio: 'ignore' });
const certificate = { key: '', cert: '', fingerprint: Buffer.from('') };
startKeeper({ port: 0, certificate }, browser.pid ?? 0, [directory], process.env);
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
