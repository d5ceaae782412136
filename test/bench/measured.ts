/** The program to measure, the number of rounds, and a directory for temporary files (`place`). */
export interface Measured {
  readonly tarball: string;
  /** The packed program's script. */
  readonly launcher: string;
  readonly place: string;
  readonly rounds: number;
}
