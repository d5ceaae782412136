import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import { defined } from './defined.ts';

/** What distinguishes one process from every other, as far as this system knows. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The kernel's boot (Linux): the same for all containers on one computer, different after every restart. */
  readonly boot?: string;
  /** The PID namespace (Linux). A process number means nothing outside its own. */
  readonly namespace?: string;
  /** When the process started, in clock ticks since boot (Linux): distinguishes two processes with one number. */
  readonly started?: string;
}

/** `unknown`: the process is, or may be, where this one can't look: another computer, container or boot. */
export type ProcessState = 'running' | 'gone' | 'unknown';

let own: ProcessIdentity | undefined;

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return (own ??= {
    pid,
    host: hostname(),
    ...defined({
      boot: ifReadable(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
      namespace: ifReadable(() => readlinkSync('/proc/self/ns/pid')),
      started: statOf('self')?.started,
    }),
  });
}

/** The identity of another process that this one can see. */
export function identityOf(number: number): ProcessIdentity {
  const { started: _own, ...here } = ownIdentity();
  return { ...here, pid: number, ...defined({ started: statOf(number)?.started }) };
}

/**
 * Whether a process still runs. Another boot counts as unknown, not as gone: two computers may share a host name and a
 * network drive.
 */
export function stateOfProcess(other: ProcessIdentity, self = ownIdentity()): ProcessState {
  if (!sharesComputer(other, self) || other.namespace !== self.namespace) return 'unknown';
  if (!isRunning(other.pid)) return 'gone';
  const { state, started } = statOf(other.pid) ?? {};
  // A zombie has ended, and stays where nobody reaps it: in a container whose process 1 is a plain program.
  if (state === 'Z' || state === 'X') return 'gone';
  return other.started === undefined || started === undefined || other.started === started ? 'running' : 'gone';
}

/** Whether both run under one kernel. A host name is not unique, so it decides only where there is no boot id. */
export function sharesComputer(other: ProcessIdentity, self = ownIdentity()): boolean {
  return other.boot === self.boot && (self.boot !== undefined || other.host === self.host);
}

/**
 * Signal 0 only asks. On Windows `os.getPriority` would succeed for an ended process while anybody holds a handle of it.
 */
function isRunning(number: number): boolean {
  try {
    kill(number, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Fields 3 and 22 of proc(5)'s stat; the second field, in parentheses, may contain anything. */
function statOf(number: number | 'self'): { readonly state?: string; readonly started?: string } | undefined {
  // In a new PID namespace /proc may still be the outer one's, where the numbers mean other processes.
  if (number !== 'self' && ifReadable(() => readlinkSync('/proc/self')) !== String(pid)) return undefined;
  const stat = ifReadable(() => readFileSync(`/proc/${String(number)}/stat`, 'latin1'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && defined({ state: fields[0], started: fields[19] });
}

/** `undefined` on systems other than Linux. */
function ifReadable(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
