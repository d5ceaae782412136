import { on } from 'node:events';
import { isFailure } from '../../src/ground/errors.ts';
import type { Ask, Say } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { makeTerminal } from '../../src/terminal/terminal.ts';

/** Runs as a separate program on a terminal: asks one scenario's questions and prints the results. */
const { stdin, env } = process;
/** With SLEEPS=typing, every sleep ends when an exclamation mark is typed, so that a test decides how long it takes. */
const clock = env['SLEEPS'] === 'typing' ? { ...makeClock(), sleep: () => typed('!') } : makeClock();
const over = new AbortController();
process.on('SIGTERM', () => {
  over.abort(new Error('asked to end'));
});
const { ask, say } = makeTerminal({ env, clock, signal: over.signal, ownProcess: process });

const fruits = [
  { value: 'apple', name: 'Apple', hint: 'round' },
  { value: 'banana', name: 'Banana', hint: 'curved' },
  { value: 'cherry', name: 'Cherry' },
] as const;

const countries = Array.from({ length: 28 }, (_, index) => ({
  value: `c${String(index)}`,
  name: ['Germany', 'Brazil', 'México'][index - 20] ?? `Country ${String(index)}`,
  ...(index === 2 ? { recommended: true } : {}),
}));

/** Resolves once this text has been typed. */
async function typed(text: string): Promise<void> {
  for await (const chunk of on(stdin, 'data')) {
    if (String(chunk).includes(text)) break;
  }
}

const scenarios: Record<string, (asks: Ask, says: Say) => Promise<unknown>> = {
  select: (asks) => asks.select({ id: 'fruit', message: 'Which fruit?', choices: fruits, default: 'banana' }),
  'long-names': (asks) => {
    const choices = ['open', 'paste'].map((value) => ({ value, name: `Please ${value} the address` }));
    return asks.select({ id: 'next', message: 'What now?', choices });
  },
  confirm: (asks) => asks.confirm({ id: 'sure', message: 'Sure?', default: false }),
  text: (asks) =>
    asks.text({
      id: 'app-key',
      message: 'App Key',
      default: 'preset',
      check: (answer) => (answer.length < 3 ? 'Too short.' : true),
    }),
  'text-to-correct': (asks) =>
    asks.text({
      id: 'redirect-url',
      message: 'Redirect URL',
      check: (answer) => (answer.endsWith('/') ? 'It ends with a slash.' : true),
      keepsRefused: true,
    }),
  password: (asks) =>
    asks.password({
      id: 'app-secret',
      message: 'App Secret',
      check: (answer) => (answer.includes('•') ? 'That is a mask.' : true),
    }),
  checklist: (asks) => asks.checklist({ id: 'scopes', message: 'Ticked scopes', choices: fruits, ticked: ['apple'] }),
  search: (asks) => asks.select({ id: 'country', message: 'Which country?', choices: countries }),
  'press-key': async (asks, says) => {
    await asks.pressKey({ id: 'open', message: 'Press Enter to open TikTok Shop' });
    says.done('Opened.');
  },
  'help-while-waiting': (asks) =>
    asks.text({
      id: 'address',
      message: 'Or paste the address',
      status: () => 'Waiting for TikTok Shop, 14:59 left\nPress Enter for help',
      check: (answer) => (answer.startsWith('http') ? true : 'That is not an address.'),
    }),
  hostile: (asks) =>
    asks.select({
      id: 'shop',
      message: 'Shop \u001b[31m\u202Ered?',
      choices: [{ value: 'a', name: 'A\u001b[2J\nB', hint: '\u009b2Jhint\u0007' }],
    }),
  'two-questions': async (asks) => [
    await asks.text({ id: 'first', message: 'First' }),
    await asks.text({ id: 'second', message: 'Second' }),
  ],
  'secret-then-text': async (asks) => [
    await asks.password({ id: 'app-secret', message: 'App Secret' }),
    await asks.text({ id: 'second', message: 'Second' }),
  ],
  // The work ends when an exclamation mark is typed. Then the scenario that the second argument names runs.
  'work-between': async (asks, says) => {
    await asks.text({ id: 'first', message: 'First' });
    says.line('At work.');
    const work = setInterval(() => undefined, 60_000);
    await typed('!');
    clearInterval(work);
    return await scenarios[process.argv[3] ?? '']?.(asks, says);
  },
  'waiting-question': async (asks, says) => {
    const found = new AbortController();
    const question = asks.text({
      id: 'address',
      message: 'Or paste the address',
      status: () => 'Waiting for the answer, 14:59 left',
      signal: found.signal,
    });
    await typed('!');
    says.warn('A stray request was turned away.');
    if (env['ARRIVES'] === '1') found.abort(new Error('it arrived'));
    try {
      return await question;
    } finally {
      says.done('Over.');
    }
  },
  'text-with-news': async (asks, says) => {
    const question = asks.text({
      id: 'app-key',
      message: 'App Key',
      check: (answer) => {
        if (answer.length >= 3) return true;
        setImmediate(() => {
          says.line('News 1');
          says.line('News 2');
        });
        return 'Too short.';
      },
    });
    return await question;
  },
  withdrawn: async (asks, says) => {
    const found = new AbortController();
    const question = asks.text({ id: 'address', message: 'Paste the address', signal: found.signal });
    await typed('!');
    found.abort(new Error('it arrived'));
    try {
      return await question;
    } finally {
      says.line('Went on.');
    }
  },
};

try {
  if (ask === null) throw new Error('nobody can be asked');
  const answer = await scenarios[process.argv[2] ?? '']?.(ask, say);
  const shown =
    answer instanceof Secret ? { length: answer.reveal().length, start: answer.reveal().slice(0, 3) } : answer;
  process.stdout.write(`RESULT ${JSON.stringify(shown)}\n`);
} catch (thrown) {
  const why = isFailure(thrown) ? thrown.code : (thrown as Error).message;
  process.stdout.write(`THROWN ${why}\n`);
  process.exitCode = isFailure(thrown) ? 130 : 1;
}
