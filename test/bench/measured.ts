/** What is measured, and where temporary files may be. */
export interface Measured {
  readonly tarball: string;
  /** The packed program's script. */
  readonly launcher: string;
  readonly place: string;
  readonly rounds: number;
}
