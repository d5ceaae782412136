/**
 * Visits every item, `concurrency` at a time, in random order, so that processes that visit the same items rarely
 * collide. An item that another process is using is visited again at the end, when the visit may wait.
 * @param visit returns `false` if another process is using the item and it may not wait
 */
export async function visitAll<T>(
  items: readonly T[],
  concurrency: number,
  visit: (item: T, waits: boolean) => Promise<boolean>,
): Promise<void> {
  const left = items.map((item) => ({ item, waits: false, order: Math.random() })).sort((a, b) => a.order - b.order);
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      if (!(await visit(next.item, next.waits))) left.push({ ...next, waits: true });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
