/**
 * Visits every item, `concurrency` at a time, in a random order: machines that visit the same items at the same time
 * rarely meet at one. An item that another machine is busy with is put off until the end, where the visit may wait.
 * @param visit returns `false` when another machine is busy with the item
 */
export async function visitAll<T>(
  items: readonly T[],
  concurrency: number,
  visit: (item: T, waits: boolean) => Promise<boolean>,
): Promise<void> {
  const left = shuffled(items).map((item) => ({ item, waits: false }));
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { item, waits } = next;
      if (!(await visit(item, waits))) left.push({ item, waits: true });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
