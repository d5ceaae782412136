import { dirname, join } from 'node:path';

/**
 * The program and the first arguments that run npm. On Windows, `npm` is a batch file, which can't be started without a
 * shell; its script is beside node.exe.
 */
export const npmCommand =
  process.platform === 'win32'
    ? [process.execPath, join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js')]
    : ['npm'];
