import { failed, pass, warn, type Check } from '../check.ts';
import { earliestPossibleNow } from './clock.ts';

/** The oldest supported minor version of each supported release line before 24. Matches `engines` in package.json. */
const supported: Readonly<Record<number, number>> = { 20: 19, 22: 13 };
const supportedFrom = 24;

/** When security fixes end. Source: the release schedule of the Node.js project. */
const endsOfLife: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
};

const upgrade = 'Install the current LTS release of Node.js from https://nodejs.org.';

export const node: Check = {
  id: 'node',
  title: 'Node.js',
  group: 'program',
  whenLate: upgrade,
  run({ io }) {
    const { nodeVersion: version } = io.host;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < supportedFrom && minor < (supported[major] ?? Infinity)) {
      return failed(`${version} isn’t supported; this program needs 20.19, 22.13, or 24 and later`, upgrade);
    }
    const end = endsOfLife[major];
    if (end !== undefined && Date.parse(end) < Math.max(io.clock.now(), earliestPossibleNow)) {
      return warn(`${version} works, but Node.js ${String(major)} has had no security fixes since ${end}`, upgrade);
    }
    return pass(version);
  },
};
