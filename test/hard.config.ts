import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import quick from './vitest.config.ts';

/** The files that take longest. If one of them started last, a core would have nothing else to do. */
const longest = ['windows/windows', 'attack/killed'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => longest.some((file) => moduleId.includes(file));
    return (await super.sort(files)).sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

/** Tests that need a browser, a keychain, another system, or many processes and kills. */
export default mergeConfig(
  { ...quick, test: { ...quick.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/**/*.hard.test.ts'],
      // Browsers and crowds of processes leave no time for a third worker.
      maxWorkers: '100%',
      isolate: true,
      sequence: { sequencer: LongestFirst },
    },
  }),
);
