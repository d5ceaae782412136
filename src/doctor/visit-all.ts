/**
 * Visits every item, `concurrency` at a time, in random order, so that machines visiting the same items rarely meet. An
 * item that another machine is using is visited last, when the visit may wait.
 * @param visit returns `false` if another machine is using the item
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

/** Fisher–Yates shuffle. */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
