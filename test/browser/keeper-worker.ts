import { spawn } from 'node:child_process';
import { startKeeper } from '../../src/browser/keeper.ts';

/** Starts a process in place of a browser, which soon ends, and the keeper for its directory. Then it waits to be killed. */
const [directory = ''] = process.argv.slice(2);
const browser = spawn('sleep', ['1'], { stdio: 'ignore' });
startKeeper({ port: 0, key: '', cert: '', browser: browser.pid ?? 0, directories: [directory] }, process.env);
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
