import { expect, test } from 'vitest';
import { ignoredSignals, type StartConditions } from '../../src/terminal/ignored-signals.ts';

const from = (more: Partial<StartConditions>): string[] => {
  const none = (): never => {
    throw new Error('there is no /proc');
  };
  return [...ignoredSignals({ env: {}, platform: 'linux', isTerminal: () => true, parentStatus: none, ...more })];
};
const ignoring = (mask: string) => (): string => `Name:\tsh\nSigIgn:\t${mask}\nSigCgt:\t0000000000000000\n`;

test('at a terminal, no signal is ignored, even if the parent process ignores some', () => {
  expect(from({})).toEqual([]);
  expect(from({ parentStatus: ignoring('0000000000000003') })).toEqual([]);
});

test('SIGHUP stays ignored if the variable `_` names nohup, or if no stream is a terminal', () => {
  expect(from({ env: { _: '/usr/bin/nohup' } })).toEqual(['SIGHUP']);
  expect(from({ isTerminal: () => false })).toEqual(['SIGHUP']);
  expect(from({ isTerminal: (fd) => fd === 2 })).toEqual([]);
});

test('if stdin isn’t a terminal, SIGHUP and SIGINT stay ignored if the parent process ignores them, but other signals don’t', () => {
  const isTerminal = (fd: number): boolean => fd === 2;
  expect(from({ isTerminal, parentStatus: ignoring('0000000000000002') })).toEqual(['SIGINT']);
  expect(from({ isTerminal, parentStatus: ignoring('0000000000000001') })).toEqual(['SIGHUP']);
  expect(from({ isTerminal, parentStatus: ignoring('0000000000004000') })).toEqual([]);
});

test('on Windows, no signal is ignored', () => {
  expect(from({ platform: 'win32', isTerminal: () => false })).toEqual([]);
});
