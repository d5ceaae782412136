// Prints the tests that failed or were skipped, then the totals on the last line, because often only the end of a long
// log is kept. Skipped tests count as failed: on a machine where everything is installed, none may be skipped.
//
//   node test/tools/count.mjs REPORT [REPORT …]
import { readFileSync } from 'node:fs';

const files = process.argv.slice(2).flatMap((report) => JSON.parse(readFileSync(report, 'utf8')).testResults);
const tests = files.flatMap((file) => file.assertionResults);
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
for (const { name, assertionResults } of files) {
  for (const { status, fullName, failureMessages } of assertionResults) {
    if (status === 'failed') console.log(`failed: ${name}: ${fullName}\n${failureMessages.join('\n')}`);
  }
}
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
for (const { name, message } of broken) console.log(`did not run: ${name}: ${message}`);

const passed = tests.filter(({ status }) => status === 'passed').length;
const failed = tests.length - passed + broken.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
