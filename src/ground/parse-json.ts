import { attempt } from './attempt.ts';

/** The value of a JSON text, with or without a byte-order mark; `undefined` if the text isn't valid JSON. */
export const parseJson = (text: string): unknown =>
  attempt(() => JSON.parse(text.replace(/^\uFEFF/, '')) as unknown, undefined);
