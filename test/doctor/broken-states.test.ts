import { expect, test } from 'vitest';
import { brokenStates } from './broken-states.ts';

const trouble = /^ {2}[▲✖] /;

const named = brokenStates.map((state) => [state.name, state] as const);

test.for(named)('doctor reports the problem and how to fix it: %s', async ([, state], { skip }) => {
  const { arrange, verdicts, says, impossible } = state;
  skip(impossible !== undefined, impossible);
  const [id, detail, fix] = says;
  const exitCode = Object.values(verdicts).includes('fail') ? 1 : 0;

  const { place, options, world } = await arrange();
  const asJson = await place.examine(options, world);
  const { port, ...others } = verdicts;
  expect(asJson.troubles(), asJson.printed).toEqual(others);
  if (port !== undefined) expect(asJson.check('port').status).toBe(port);
  expect(asJson.exitCode).toBe(exitCode);
  expect(asJson.json.status).toBe(exitCode === 1 ? 'fail' : 'warn');
  expect(asJson.check(id).detail).toMatch(detail);
  expect(asJson.check(id).fix).toMatch(fix);
  for (const check of asJson.json.checks) {
    if (check.status === 'warn' || check.status === 'fail') expect(check.fix).toMatch(/^[A-Z].*\.$/);
    else expect(check.fix).toBeNull();
    expect(check.detail).toMatch(/\w/);
  }

  const asText = await place.run(options, world);
  expect(asText.exitCode).toBe(exitCode);
  const lines = asText.printed.split('\n');
  const troubles = lines.flatMap((line, index) => (trouble.test(line) ? [`${line} ${lines[index + 1] ?? ''}`] : []));
  // Another test may listen on the usual port during one of the two runs.
  const besidesPort = troubles.filter((line) => !/^ {2}[▲✖] Port /.test(line));
  expect(besidesPort).toHaveLength(asJson.json.checks.filter((one) => one.id !== 'port' && one.fix !== null).length);
  if (port !== undefined) expect(troubles).not.toEqual(besidesPort);
  for (const line of troubles) expect(line).toMatch(/ {6}→ [A-Z].*\.$/);
  expect(troubles.filter((line) => detail.test(line) && fix.test(line))).not.toEqual([]);
  expect(lines.at(-2)).toMatch(/^\d+ (failed|warnings?), .*\.$/);
  expect(lines.at(-1)).toMatch(/^Next: .*\.$/);
});
