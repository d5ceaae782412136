/** Returns what `find` returns, or `otherwise` if it throws. */
export function attempt<T>(find: () => T, otherwise: T): T {
  try {
    return find();
  } catch {
    return otherwise;
  }
}
