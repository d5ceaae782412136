import { InvalidArgumentError, Option } from 'commander';
import { isBlockedPort } from '../ground/blocked-ports.ts';

export const jsonFlag = (): Option => new Option('--json', 'print one JSON document');

export const profileFlag = (): Option =>
  new Option('--profile <name>', 'which connection, when there are several; also OTTOKIT_TIKTOK_PROFILE');

/** For commands that take several profiles. */
export const profilePatternFlag = (description: string): Option => new Option('--profile <pattern>', description);

/** @throws InvalidArgumentError */
export function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
  if (isBlockedPort(value)) throw new InvalidArgumentError(`Browsers don’t open port ${text}; choose another.`);
  return value;
}

/** @throws InvalidArgumentError */
export function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It is a number from 1 to 9999.');
  return Number(text);
}

/**
 * At most a week, more than which neither a timer nor a token can use.
 * @throws InvalidArgumentError
 */
export function minutes(text: string): number {
  const value = Number(text);
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text) || value > 10_080)
    throw new InvalidArgumentError('Minutes are a number from 0 to 10080.');
  return value;
}
