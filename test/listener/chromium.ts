import { existsSync } from 'node:fs';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of Chromium or Chrome on this machine, if any; `CHROME_PATH` comes first. */
export const chromiumPath: string | undefined = [process.env['CHROME_PATH'] ?? '', ...usualPlaces].find(
  (path) => path !== '' && existsSync(path),
);

export const noChromium = 'No Chromium was found: install it, or set CHROME_PATH.';
