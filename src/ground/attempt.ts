export function attempt<T, U>(find: () => T, otherwise: U): T | U {
  try {
    return find();
  } catch {
    return otherwise;
  }
}
