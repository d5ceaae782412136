// Runs the tests of `npm test` with a Windows Node:
//
//   node.exe suite-driver.mjs RESULT INPUT
//
// Writes a report to RESULT; `note` is why a test was skipped.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { startVitest, type Reporter } from 'vitest/node';

interface Result {
  readonly file: string;
  readonly title: string;
  readonly state: string;
  readonly note?: string | undefined;
  readonly errors: readonly string[];
  readonly ms: number;
}

export interface Report {
  readonly results: readonly Result[];
  /** False if the run was cut off. */
  readonly complete: boolean;
}

const [, , resultPath = '', inputText = ''] = process.argv;
const { only, timeout } = JSON.parse(inputText) as { only: string[]; timeout: number };
process.env['NODE_OPTIONS'] = '-r C:/scripts/preload.cjs';
process.chdir('C:\\suite');

const results: Result[] = [];
const report = (complete: boolean): void =>
  writeFileSync(resultPath, JSON.stringify({ complete, results } satisfies Report));
const reporter: Reporter = {
  onTestCaseResult(testCase) {
    const { state, note, errors = [] } = { note: undefined, ...testCase.result() };
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
