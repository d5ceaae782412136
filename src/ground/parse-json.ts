import { attempt } from './attempt.ts';

/** Parses JSON, with or without a byte-order mark. Returns `undefined` if it isn't valid. */
export const parseJson = (text: string): unknown =>
  attempt(() => JSON.parse(text.replace(/^\uFEFF/, '')) as unknown, undefined);
