import { expect, test } from 'vitest';
import { visitAll } from '../../src/doctor/fleet.ts';

const items = Array.from({ length: 100 }, (_, index) => index);
const sorted = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

async function visited(): Promise<readonly number[]> {
  const order: number[] = [];
  await visitAll(items, 3, (item) => {
    order.push(item);
    return Promise.resolve(true);
  });
  return order;
}

test('two machines that visit the same items take them in different orders, and leave nothing out', async () => {
  const [one, other] = [await visited(), await visited()];
  expect(one).not.toEqual(other);
  expect([sorted(one), sorted(other)]).toEqual([items, items]);
});

test('an item that another machine is busy with is visited again after all others, and then waited for', async () => {
  const visits: [number, boolean][] = [];
  await visitAll(items, 1, (item, waits) => {
    visits.push([item, waits]);
    return Promise.resolve(item !== 7 || waits);
  });
  expect(visits).toHaveLength(101);
  expect(visits.filter(([item]) => item === 7).map(([, waits]) => waits)).toEqual([false, true]);
  expect(visits.at(-1)).toEqual([7, true]);
});

test('as many items as allowed are visited at the same time, and no more', async () => {
  let [underWay, most] = [0, 0];
  await visitAll(items, 4, async () => {
    most = Math.max(most, (underWay += 1));
    await new Promise(setImmediate);
    underWay -= 1;
    return true;
  });
  expect(most).toBe(4);
});
