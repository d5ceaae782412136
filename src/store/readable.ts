import { isFailure } from '../ground/errors.ts';
import type { Profile } from './model/profile.ts';

/** Returns a function that reads a profile into a list. Leaves out unreadable ones and warns about each once. */
export function readableOnly(warn: (sentence: string) => void) {
  const reported = new Set<string>();
  return (read: () => Profile | undefined): readonly Profile[] => {
    try {
      const profile = read();
      return profile === undefined ? [] : [profile];
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (!reported.has(error.message)) warn(error.message);
      reported.add(error.message);
      return [];
    }
  };
}
