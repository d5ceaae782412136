// Runs the tests of `npm test` with a Windows Node:
//
//   node.exe suite-driver.mjs RESULT INPUT
//
// Writes { complete, results: [{ file, title, state, note, errors, ms }] } to RESULT; `note` is why a test was skipped.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { startVitest } from 'vitest/node';

const [, , resultPath, inputText] = process.argv;
const { only, timeout } = JSON.parse(inputText);
process.env.NODE_OPTIONS = '-r C:/scripts/preload.cjs';
process.chdir('C:\\suite');

const results = [];
const report = (complete) => writeFileSync(resultPath, JSON.stringify({ complete, results }));
const reporter = {
  onTestCaseResult(testCase) {
    const { state, note, errors = [] } = testCase.result();
    const shown = errors.map(({ message, stack }) => `${message}\n${stack ?? ''}`);
    const ms = testCase.diagnostic()?.duration ?? 0;
    results.push({ file: testCase.module.relativeModuleId, title: testCase.fullName, state, note, errors: shown, ms });
  },
  onTestModuleEnd(testModule) {
    for (const { message } of testModule.errors())
      results.push({ file: testModule.relativeModuleId, title: 'the file', state: 'failed', errors: [message], ms: 0 });
    report(false);
  },
};
const vitest = await startVitest('test', only, {
  config: 'test/vitest.config.ts',
  watch: false,
  reporters: [reporter],
  testTimeout: timeout,
  hookTimeout: timeout,
  maxConcurrency: 2,
  // Wine starts processes slowly, and a test mostly waits for those it started.
  maxWorkers: 2 * availableParallelism(),
});
await vitest.close();
report(true);
process.exit(0);
