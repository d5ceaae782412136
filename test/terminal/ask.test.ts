import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, keys, paste, Person } from './pty.ts';

let worker: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  worker = await bundle('worker.ts');
});

afterAll(() => worker.remove());

const asked = (scenario: string, settings?: ConstructorParameters<typeof Person>[1]): Person =>
  new Person([process.execPath, worker.file, scenario], settings);

test.for(['select','confirm','text','password','checklist','hostile','withdrawn','waiting'])('%s', async (s) => {
  const p = asked(s);
  await new Promise(r => setTimeout(r, 900));
  console.log(p.screen.text);
  p.type('a');
  await new Promise(r => setTimeout(r, 200));
  p.type('\r');
  await new Promise(r => setTimeout(r, 300));
  console.log(p.screen.text);
});
