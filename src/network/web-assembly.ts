import { readFile } from 'node:fs/promises';

/**
 * Whether WebAssembly can be used: `--jitless` removes it, and each of its memories reserves about 10 GiB of address
 * space, which a limit on that (`ulimit -v`, shared hosting) refuses, sometimes with an error that can't be caught.
 * Reserving some to find out would be no proof: it is given back only when V8 collects it.
 */
export async function canUseWebAssembly(): Promise<boolean> {
  if (!('WebAssembly' in globalThis)) return false;
  // Only Linux has this file. macOS doesn't enforce such a limit, and Windows has none.
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, limit = 'unlimited'] = /^Max address space\s+(\S+)/mu.exec(limits) ?? [];
  return limit === 'unlimited';
}
