import { expect, test } from 'vitest';
import { forEachShuffled } from '../../src/doctor/for-each-shuffled.ts';

const items = Array.from({ length: 100 }, (_, index) => index);
const sorted = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

async function orderOf(concurrency: number): Promise<readonly number[]> {
  const order: number[] = [];
  await forEachShuffled(items, concurrency, (item) => {
    order.push(item);
    return Promise.resolve();
  });
  return order;
}

test('two machines take the same items in different orders, and leave nothing out', async () => {
  const [one, other] = [await orderOf(3), await orderOf(3)];
  expect(one).not.toEqual(other);
  expect([sorted(one), sorted(other)]).toEqual([items, items]);
});

test('so many at a time are worked on, and no more', async () => {
  let [underWay, most] = [0, 0];
  await forEachShuffled(items, 4, async () => {
    most = Math.max(most, (underWay += 1));
    await new Promise(setImmediate);
    underWay -= 1;
  });
  expect(most).toBe(4);
});
