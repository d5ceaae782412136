import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Running } from '../journeys/run.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import { realClock } from '../store/child-setting.ts';

/** How often a program is killed in a run of the tests. */
export const rounds = Number(process.env['ATTACK_ROUNDS'] ?? '200');

/** When to kill: so long after the start, or at the so many-th change in the store's directory. */
export type Moment = { readonly after: number } | { readonly change: number };

/** Any moment of a run that takes so long, and of the changes that it makes; both in turn. */
export function anyMoment(round: number, duration: number): Moment {
  if (round % 2 === 0) return { after: Math.random() * duration };
  return { change: 1 + Math.floor(Math.random() * 12) };
}

/** Lets a program run until the moment and kills it. It may have ended by then. */
export async function killAt(moment: Moment, directory: string, start: () => Running): Promise<void> {
  if ('after' in moment) {
    const running = start();
    const timer = setTimeout(() => {
      running.kill('SIGKILL');
    }, moment.after);
    await running.ended;
    clearTimeout(timer);
    return;
  }
  let changes = 0;
  const watcher = watch(directory, () => {
    changes += 1;
    if (changes === moment.change) running.kill('SIGKILL');
  });
  const running = start();
  await running.ended;
  watcher.close();
}

export interface Left {
  readonly profiles: readonly Profile[];
  readonly names: readonly string[];
}

/** What a killed program left: it must be readable by the next one, and nothing of it damaged. */
export async function readLeft(
  place: { readonly configDirectory: string; readonly home: string },
  moment: Moment,
  env: Readonly<Record<string, string>> = {},
): Promise<Left> {
  const { configDirectory, home } = place;
  const said: string[] = [];
  const store = await openStore({
    io: {
      clock: realClock,
      env,
      configDirectory,
      dataDirectory: join(home, '.local', 'share', 'ottokit-tiktok'),
      signal: new AbortController().signal,
    },
    warn: (sentence) => said.push(sentence),
  });
  const profiles = await store.profiles();
  expect(said, JSON.stringify(moment)).toEqual([]);
  const names = await readdir(configDirectory);
  expect(
    names.filter((name) => name.includes('damaged')),
    JSON.stringify(moment),
  ).toEqual([]);
  return { profiles, names };
}
