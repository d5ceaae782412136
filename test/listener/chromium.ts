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

/** Chromium or Chrome on this machine; the environment variable `CHROME_PATH` is tried first. */
export const chromiumPath: string | undefined = [process.env['CHROME_PATH'] ?? '', ...usualPlaces].find(
  (path) => path !== '' && existsSync(path),
);

export const noChromium = 'No Chromium was found: install one, or set CHROME_PATH.';
