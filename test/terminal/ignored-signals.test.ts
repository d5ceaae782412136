import { expect, test } from 'vitest';
import { ignoredSignals, type StartConditions } from '../../src/terminal/ignored-signals.ts';

const from = (more: Partial<StartConditions>): string[] => {
  const none = (): never => {
    throw new Error('there is no /proc');
  };
  return [...ignoredSignals({ env: {}, platform: 'linux', isTerminal: () => true, parentStatus: none, ...more })];
};
const ignoring = (mask: string) => (): string => `Name:\tsh\nSigIgn:\t${mask}\nSigCgt:\t0000000000000000\n`;

test('a person at a terminal can hang up and interrupt, whatever the parent process does', () => {
  expect(from({})).toEqual([]);
  expect(from({ parentStatus: ignoring('0000000000000003') })).toEqual([]);
});

test('under `nohup`, a hangup is ignored; `nohup` is recognized by its variable or by streams that aren’t terminals', () => {
  expect(from({ env: { _: '/usr/bin/nohup' } })).toEqual(['SIGHUP']);
  expect(from({ isTerminal: () => false })).toEqual(['SIGHUP']);
  expect(from({ isTerminal: (fd) => fd === 2 })).toEqual([]);
});

test('SIGHUP and SIGINT stay ignored if the surrounding script ignores them, but other signals don’t', () => {
  const isTerminal = (fd: number): boolean => fd === 2;
  expect(from({ isTerminal, parentStatus: ignoring('0000000000000002') })).toEqual(['SIGINT']);
  expect(from({ isTerminal, parentStatus: ignoring('0000000000000001') })).toEqual(['SIGHUP']);
  expect(from({ isTerminal, parentStatus: ignoring('0000000000004000') })).toEqual([]);
});

test('Windows has no ignored signals', () => {
  expect(from({ platform: 'win32', isTerminal: () => false })).toEqual([]);
});
