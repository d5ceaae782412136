import type { Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import type { Store } from '../store/store.ts';
import type { Hosts, Region } from '../tiktok/portals.ts';
import type { CaptureWindows } from '../browser/windows.ts';
import type { Draft } from './draft.ts';

export type CaptureWay = 'auto' | 'browser' | 'listener' | 'paste';

/** What flags and environment answer; whatever is absent is taken from the store, then asked. */
export interface Answers {
  readonly profile: string;
  readonly region?: Region;
  readonly redirectUrl?: string;
  readonly capture: CaptureWay;
  readonly port?: number;
  readonly appKey?: string;
  readonly appSecret?: Secret;
  readonly serviceId?: string;
  /** How long to wait for the browser, in milliseconds. */
  readonly timeout: number;
  readonly openBrowser: boolean;
  readonly restart: boolean;
  readonly yes: boolean;
}

/** What every step of the wizard is given. None of it changes while the wizard runs. */
export interface WizardContext {
  readonly io: Pick<Io, 'ask' | 'say' | 'openBrowser' | 'clipboard' | 'http' | 'clock' | 'signal'>;
  readonly store: Store;
  readonly answers: Answers;
  readonly hosts: (region: Region) => Hosts;
  /** The separate browser window: looked for only when a plan may need it. */
  readonly windows: CaptureWindows;
  /** Writes the draft into the store, so that nothing entered so far can be lost; gives it back. */
  readonly keep: (draft: Draft) => Promise<Draft>;
}

/** A step takes what is known and gives back what is known after it. */
export type WizardStep = (setting: WizardContext, draft: Draft) => Promise<Draft>;

/** Whether a stored value answers a question by itself. `--restart` asks again, with what is stored as the default. */
export function mayReuseStored({ io, answers }: Pick<WizardContext, 'answers'> & { io: Pick<Io, 'ask'> }): boolean {
  return io.ask === null || answers.yes || !answers.restart;
}
