/**
 * A copy with some parts replaced. Unlike a spread, it doesn't read the other parts: those of `Io` are looked up only
 * when they are needed, and there may be no directory for the store.
 */
export function withParts<T extends object>(original: T, parts: Partial<T>): T {
  const descriptors = { ...Object.getOwnPropertyDescriptors(original), ...Object.getOwnPropertyDescriptors(parts) };
  return Object.defineProperties({}, descriptors) as T;
}
