import { describe, expect, test as baseTest } from 'vitest';
import { scenarios, type Scenario } from '../simulator/scenarios.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { connectInProcess } from './in-process.ts';
import { freePort, newMachine, redirectUrlOn, type After, type Machine } from './machine.ts';
import { document, errorOf, type Run } from './run.ts';
import { endings, refreshEndings } from './scenario-table.ts';
import { connectFlags, shownSecrets, stateOf, statusOf } from './journey.ts';

const test = baseTest.concurrent;

interface Walk {
  readonly machine: Machine;
  readonly simulator: Simulator;
  readonly redirectUrl: string;
  /** Runs `connect`. If only the browser shows the problem, the first run lasts until its time limit. */
  readonly connect: (...more: readonly string[]) => Promise<Run>;
}

async function walkThrough(after: After, scenario: Scenario): Promise<Walk> {
  const redirectUrl = redirectUrlOn(await freePort());
  const simulator = await startSimulator({ redirectUrl, scenario, autoApprove: true, slowness: 300 });
  after(() => simulator.close());
  const machine = await newMachine(after, { OTTOKIT_TIKTOK_ORIGIN: simulator.origin });
  const flags = connectFlags(simulator.app, redirectUrl);
  const stdin = simulator.app.appSecret;
  let isInBrowser = endings[scenario].inBrowser === true;
  const connect = async (...more: readonly string[]): Promise<Run> => {
    if (!isInBrowser) return await machine.run([...flags, ...more], { stdin });
    isInBrowser = false;
    const running = machine.start([...flags, ...more, '--no-browser', '--timeout', '0.05'], { stdin });
    // A browser might not start within the time limit.
    const [address] = await running.seen(/http\S+open\/authorize\?\S+\n/);
    await fetch(address);
    return await running.ended;
  };
  return { machine, simulator, redirectUrl, connect };
}

/** The whole output of the run, on one line. */
const said = ({ stdout, stderr }: Run): string => `${stderr}${stdout}`.replace(/\s+/g, ' ');

const requestId = /^[0-9A-Z]{20,}$/;
const sentence = /^\S.{15,}[.?!)”]$/s;

describe('a first connect, in JSON', () => {
  test.for(scenarios)('%s', async (scenario, { expect, onTestFinished }) => {
    const { machine, simulator, connect } = await walkThrough(onTestFinished, scenario);
    const ending = endings[scenario];
    const run = await connect('--json');

    expect(said(run)).toMatch(ending.reported);
    expect(shownSecrets(run, simulator.secrets())).toEqual([]);
    expect(simulator.unexpected).toEqual([]);
    if (ending.code === undefined) {
      expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
      expect(document(run)).toMatchObject(ending.connection ?? {});
      expect(await stateOf(machine)).toBe('connected');
      return;
    }
    const error = errorOf(run);
    expect(error.code, run.stderr + run.stdout).toBe(ending.code);
    expect(run.exitCode).toBe(1);
    expect(error.message).toMatch(sentence);
    expect(error.fix).toMatch(sentence);
    if (ending.requestId === true) expect(error.requestId).toMatch(requestId);
    else expect(error).not.toHaveProperty('requestId');
    const { profiles } = await statusOf(machine);
    expect(profiles).toHaveLength(1);
    expect(profiles[0]).toMatchObject({ state: 'connecting', serviceId: simulator.app.serviceId, shops: [] });
    expect(typeof profiles[0]?.['accessTokenExpiresAt']).toBe(ending.tokens === true ? 'string' : 'object');
  });
});

describe('a first connect, as text', () => {
  test.for(scenarios)('%s', async (scenario, { expect, onTestFinished }) => {
    const { simulator, connect } = await walkThrough(onTestFinished, scenario);
    const ending = endings[scenario];
    const run = await connect();

    expect(said(run)).toMatch(ending.reported);
    expect(said(run)).not.toContain('\u001b');
    expect(shownSecrets(run, simulator.secrets())).toEqual([]);
    expect(run.exitCode, run.stderr + run.stdout).toBe(ending.code === undefined ? 0 : 1);
    if (ending.code === undefined) {
      expect(run.stdout).toMatch(/^\S* ?TikTok Shop is authorized/);
      return;
    }
    expect(run.stdout).toBe('');
    const lastLine = run.stderr.trimEnd().split('\n').at(-1) ?? '';
    expect(lastLine).toMatch(/^→ /);
    expect(lastLine.slice(2)).toMatch(sentence);
    if (ending.requestId === true) expect(run.stderr).toMatch(/request id:? [0-9A-Z]{20,}/i);

    // Once the problem is fixed, the same command finishes.
    simulator.setScenario('approve');
    const again = await connect('--json');
    expect(again, again.stderr + again.stdout).toMatchObject({ exitCode: 0 });
  });
});

describe('`token` refreshes an access token that is due or says why it can’t, in the scenario', () => {
  test.for(refreshEndings)('%s', async ([scenario, { code, requestId: reported }], { expect, onTestFinished }) => {
    const { machine, simulator, redirectUrl } = await walkThrough(onTestFinished, 'approve');
    await connectInProcess(onTestFinished, { machine, shop: simulator, redirectUrl });
    const before = await statusOf(machine);
    simulator.setScenario(scenario);
    const run = await machine.run(['token', '--min-validity', '10080', '--json']);
    if (code === null) {
      expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
      expect(document(run)).toMatchObject({ accessToken: simulator.issued.accessTokens.at(-1), refreshed: true });
      return;
    }
    expect(run.exitCode).toBe(1);
    expect(errorOf(run)).toMatchObject({
      code,
      ...(reported ? { requestId: expect.stringMatching(requestId) as string } : {}),
    });
    expect(shownSecrets(run, simulator.secrets())).toEqual([]);
    // A refusal doesn't delete the stored values: the seller may fix the problem.
    expect(await statusOf(machine)).toEqual(before);
  });
});

baseTest('every scenario has an expected ending', () => {
  expect(Object.keys(endings)).toEqual(scenarios);
});
