// Prints the results of test runs as one plain line, after the names of the skipped tests. Skipped tests count as
// failed, because where everything is installed, none may be skipped.
//
//   node test/tools/count.mjs REPORT [REPORT …]
import { readFileSync } from 'node:fs';

const files = process.argv.slice(2).flatMap((report) => JSON.parse(readFileSync(report, 'utf8')).testResults);
const tests = files.flatMap((file) => file.assertionResults);
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
for (const { name, message } of broken) console.log(`did not run: ${name}: ${message}`);

const passed = tests.filter(({ status }) => status === 'passed').length;
const failed = tests.length - passed + broken.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
