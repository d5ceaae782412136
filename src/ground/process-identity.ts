import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import { attempt } from './attempt.ts';
import { codeOf } from './errors.ts';
import { once } from './once.ts';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The kernel's boot id (Linux): the same for all containers on one computer, different after every restart. */
  readonly boot?: string | undefined;
  /** The PID and time namespaces (Linux), outside of which a process id and a start time mean nothing. */
  readonly namespace?: string | undefined;
  /** When the process started, in clock ticks since boot (Linux): distinguishes two processes with the same id. */
  readonly started?: string | undefined;
}

/** `unknown`: the process is, or may be, on another computer, in another container or from another boot. */
export type ProcessState = 'running' | 'gone' | 'unknown';

export const ownIdentity = once((): ProcessIdentity => ({
  pid,
  host: hostname(),
  boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), undefined),
  namespace: namespaces() || undefined,
  started: statOf('self').started,
}));

/** Returns '' on systems other than Linux. Linux before 5.6 has no time namespaces. */
const namespaces = (): string =>
  ['pid', 'time'].flatMap((kind) => attempt(() => readlinkSync(`/proc/self/ns/${kind}`), [])).join(' ');

/** The identity of another process that this one can see. */
export const identityOf = (id: number): ProcessIdentity => ({
  ...ownIdentity(),
  pid: id,
  started: statOf(id).started,
});

/** Reads an identity from any version of this program; `undefined` if invalid. */
export function identityFrom(value: unknown): ProcessIdentity | undefined {
  const { pid: id, host, ...others } = Object(value) as Readonly<Partial<Record<keyof ProcessIdentity, unknown>>>;
  const { boot = '', namespace = '', started = '' } = others;
  const areTexts = [host, boot, namespace, started].every((text) => typeof text === 'string');
  return areTexts && Number.isSafeInteger(id) && Number(id) > 0 ? (value as ProcessIdentity) : undefined;
}

/** A process of another boot is `unknown`, because two computers may share a host name and a network drive. */
export function stateOfProcess(other: ProcessIdentity, self = ownIdentity()): ProcessState {
  if (!sharesComputer(other, self) || other.namespace !== self.namespace) return 'unknown';
  if (!isRunning(other.pid)) return 'gone';
  const { state, started } = statOf(other.pid);
  // A zombie has exited, but its parent hasn't reaped it, as in a container whose process 1 is an ordinary program.
  if (state === 'Z' || state === 'X') return 'gone';
  return other.started === undefined || started === undefined || other.started === started ? 'running' : 'gone';
}

/** Whether both run under the same kernel. Host names aren't unique, so they count only if there is no boot id. */
export const sharesComputer = (other: ProcessIdentity, self = ownIdentity()): boolean =>
  other.boot === self.boot && (self.boot !== undefined || other.host === self.host);

/** Signal 0 is only a check. `os.getPriority` on Windows would also find an exited process with an open handle. */
function isRunning(id: number): boolean {
  try {
    kill(id, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Reads fields 3 and 22 of proc(5)'s stat. The second field, in parentheses, may contain anything. */
function statOf(id: number | 'self'): Partial<Record<'state' | 'started', string | undefined>> {
  // In a new PID namespace, /proc may still be the outer one's, where the ids belong to other processes.
  if (id !== 'self' && attempt(() => readlinkSync('/proc/self'), '') !== String(pid)) return {};
  const stat = attempt(() => readFileSync(`/proc/${String(id)}/stat`, 'latin1'), '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], started: fields[19] };
}
