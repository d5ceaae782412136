/** What is needed of this program's own process; Node's `process` fits. */
export interface OwnProcess {
  readonly pid: number;
  readonly platform: NodeJS.Platform;
  /** Throws when the process is gone or not ours; a negative `pid` means the whole group, `0` only asks. */
  kill(pid: number, signal: NodeJS.Signals | 0): unknown;
  /** Absent where users have no numbers, as on Windows. */
  readonly getuid?: () => number;
}

/** Whether a process with this id is there, be it ours or not. */
export function isRunning(own: OwnProcess, pid: number): boolean {
  try {
    own.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends a process that leads a group, and all that it started. Does nothing when they are gone. */
export function killGroup(own: OwnProcess, pid: number): void {
  try {
    // Windows knows no groups; there a browser's other processes end with its first.
    own.kill(own.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
