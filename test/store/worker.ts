/* A separate process that works on a store: worker <task> <root> <name> <count>. */
import { isFailure } from '../../src/ground/errors.ts';
import { openStore } from '../../src/store/open-store.ts';
import { connected, ioIn } from './child-setting.ts';

const [task = '', root = '', name = '', count = '1'] = process.argv.slice(2);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function work(): Promise<void> {
  const store = await openStore({ io: ioIn(root), keychain: null, warn: print, quarantine: true });
  print('open');
  switch (task) {
    /** Adds `count` profiles and counts each of them in a profile shared by all workers. */
    case 'add':
      for (let index = 0; index < Number(count); index += 1) {
        await store.change(`${name}-${String(index)}`, (current) => current ?? connected(`${name}-${String(index)}`));
        await store.change('shared', (current = connected('shared', { updatedAt: 0 })) => ({
          ...current,
          updatedAt: current.updatedAt + 1,
        }));
      }
      return;
    /** Keeps writing new versions of one profile, each with the same number in two fields. */
    case 'churn':
      for (let version = Number(count); ; version += 1) {
        await store.change(name, () => connected(name, { createdAt: version, updatedAt: version }));
        print(String(version));
      }
    /** Holds the lock until it is killed. */
    case 'hold':
      await store.change(name, () => {
        print('holding');
        return new Promise(() => setInterval(() => undefined, 1_000));
      });
      return;
    /** Suspends itself while it holds the lock, and writes `count` once it is resumed. */
    case 'suspend':
      await store.change(name, (current = connected(name)) => {
        print('holding');
        process.kill(process.pid, 'SIGSTOP');
        return { ...current, updatedAt: Number(count) };
      });
      return;
    /** Simulates a refresh: sets `updatedAt` to `count`, unless another process has already done that. */
    case 'refresh': {
      const profile = await store.change(name, async (current) => {
        if (current === undefined || current.updatedAt === Number(count)) return current;
        print('refreshed');
        await new Promise((resolve) => setTimeout(resolve, 30));
        return { ...current, updatedAt: Number(count) };
      });
      print(`has ${String(profile?.updatedAt)}`);
      return;
    }
    case 'read':
      print(`read ${String((await store.profiles()).length)}`);
      return;
    case 'prove':
      await store.proveWritable();
      return;
    /** Grows one profile until it no longer fits. */
    case 'grow':
      for (let size = 1_000; ; size *= 2) {
        await store.change(name, () => connected(name, { updatedAt: size, app: { country: 'x'.repeat(size) } }));
        print(String(size));
      }
    default:
      throw new Error(`no such task: ${task}`);
  }
}

work().then(
  () => {
    print('done');
  },
  (error: unknown) => {
    print(isFailure(error) ? `failure ${error.code}: ${error.message}` : `error ${String(error)}`);
    process.exitCode = 1;
  },
);
