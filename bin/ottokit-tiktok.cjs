#!/usr/bin/env node
// Even a very old Node must be able to run this file, to report that it is too old.
'use strict';

var version = process.versions.node;
var parts = version.split('.').map(Number);
var fits = (parts[0] === 20 && parts[1] >= 19) || (parts[0] === 22 && parts[1] >= 13) || parts[0] >= 24;

function stop(code, message, fix) {
  var error = { code: code, message: 'ottokit-tiktok ' + message, fix: fix + ', then run the same command again.' };
  process.exitCode = 1;
  if (process.argv.indexOf('--json') < 0) process.stderr.write(error.message + '\n' + error.fix + '\n');
  else process.stdout.write(JSON.stringify({ error: error }, null, 2) + '\n');
}

if (!fits) {
  var needed = 'needs Node.js 20.19, 22.13, or 24 and later; this is ' + version + '.';
  stop('node-unsupported', needed, 'Install a current Node.js from https://nodejs.org');
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  try {
    // `process.stdout` would load Node's streams and sockets.
    require('fs').writeSync(1, require('../package.json').version + '\n');
  } catch (error) {
    // It isn't an error if the reader has closed the pipe.
    if (error.code !== 'EPIPE') process.exitCode = 1;
  }
} else {
  try {
    require('../dist/main.cjs');
  } catch (error) {
    // Loading can fail if too many files are open or the terminal is closed, for example.
    stop('system-refused', 'couldn’t start: ' + error.message.split('\n')[0], 'Fix that');
  }
}
