import type { Check } from '../check.ts';
import { failed, pass, warn } from '../finding.ts';

/** The ranges of `engines` in package.json: the oldest minor version of each line. */
const supported: Readonly<Record<number, number>> = { 20: 19, 22: 13 };
const supportedFrom = 24;

/** Source: the release schedule of the Node.js project. */
const endsOfLife: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
};

/** This program was written later, so an earlier clock is wrong. */
const written = Date.parse('2026-11-01');

const newer = 'Install Node.js 24 or newer from https://nodejs.org.';

export const node: Check = {
  id: 'node',
  title: 'Node.js',
  group: 'program',
  whenLate: newer,
  run({ io }) {
    const { nodeVersion: version } = io.host;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < supportedFrom && minor < (supported[major] ?? Infinity)) {
      return failed(`${version} is not supported; this program needs ^20.19.0, ^22.13.0 or 24 and newer`, newer);
    }
    const end = endsOfLife[major];
    if (end !== undefined && Date.parse(end) < Math.max(io.clock.now(), written)) {
      return warn(`${version} works, but Node.js ${String(major)} has had no security fixes since ${end}`, newer);
    }
    return pass(version);
  },
};
