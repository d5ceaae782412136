import { InvalidArgumentError, Option } from 'commander';
import { isBlockedPort } from '../ground/blocked-ports.ts';

export const jsonFlag = (): Option => new Option('--json', 'print one JSON document');

export const profileFlag = (): Option =>
  new Option('--profile <name>', 'the profile to use; also OTTOKIT_TIKTOK_PROFILE');

export const profilePatternFlag = (description: string): Option => new Option('--profile <pattern>', description);

/** Refuses an empty value, because `--store "$UNSET"` would use the store file. @throws InvalidArgumentError */
export function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

const numberParser =
  (pattern: RegExp, max: number, problem: string) =>
  (text: string): number => {
    if (!pattern.test(text) || Number(text) > max) throw new InvalidArgumentError(problem);
    return Number(text);
  };

export const atLeastOne = numberParser(/^[1-9]\d*$/, 9_999, 'It must be a number from 1 to 9999.');

/** At most a week, because an access token lasts no longer. */
export const minutes = numberParser(/^(\d+(\.\d*)?|\.\d+)$/, 10_080, 'It must be a number of minutes from 0 to 10080.');

const anyPort = numberParser(/^0*[1-9]\d*$/, 65_535, 'It must be a number from 1 to 65535.');

export function port(text: string): number {
  const value = anyPort(text);
  if (isBlockedPort(value)) throw new InvalidArgumentError(`Browsers don’t open port ${text}; choose another.`);
  return value;
}
