import { expect, test } from 'vitest';
import { printPages } from '../../src/commands/status.ts';
import { personWith, type Person } from '../wizard/person.ts';

const pages = (): readonly string[] => ['first', 'second', 'third'];

async function shownTo(ask: Person['ask'] | null): Promise<readonly string[]> {
  const printed: string[] = [];
  const { signal } = new AbortController();
  await printPages({ io: { ask, signal }, pages, print: (text) => printed.push(text) }, 'text');
  return printed;
}

test('Enter or Space shows the next page, until the last one', async () => {
  const person = personWith({ 'next-page': ['return', 'space'] });
  expect(await shownTo(person.ask)).toEqual(['first', 'second', 'third']);
  person.expectNothingLeft();
});

test('q shows no more pages', async () => {
  expect(await shownTo(personWith({ 'next-page': ['q'] }).ask)).toEqual(['first']);
});

test('without a terminal, everything is printed', async () => {
  expect(await shownTo(null)).toEqual(['first', 'second', 'third']);
});
