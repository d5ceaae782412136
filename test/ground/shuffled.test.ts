import { expect, test } from 'vitest';
import { shuffled } from '../../src/ground/shuffled.ts';

test('two machines that work on the same list take it in different orders, and leave nothing out', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const [one, other] = [shuffled(items), shuffled(items)];
  expect(one).not.toEqual(other);
  for (const order of [one, other]) expect(order.sort((a, b) => a - b)).toEqual(items);
});
