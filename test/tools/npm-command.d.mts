export const npmCommand: readonly [program: string, ...args: string[]];
