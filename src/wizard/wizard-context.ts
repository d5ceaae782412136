import type { CaptureWindows } from '../browser/windows.ts';
import type { RefreshContext } from '../connection/fresh-token.ts';
import type { Ask, Io } from '../ground/io.ts';
import type { Profile } from '../store/model/profile.ts';
import type { CredentialName } from '../tiktok/credential-shapes.ts';
import type { Draft } from './draft.ts';

/** Answers from flags and environment. Missing ones come from the store, and only then from a question. */
export interface Answers {
  readonly profile: string;
  /** The app's values. */
  readonly app: Profile['app'];
  readonly capture: 'auto' | 'browser' | 'listener' | 'paste';
  /** The port to listen on, whatever the Redirect URL is. */
  readonly port?: number;
  /** The port to listen on if the Redirect URL isn't on this computer, from the settings. */
  readonly tunnelPort?: number;
  /** The flag or variable that gave each credential, for messages. */
  readonly givenBy?: Readonly<Record<CredentialName, string>>;
  /** How long to wait for the browser, in milliseconds. */
  readonly timeout: number;
  readonly openBrowser: boolean;
  readonly restart: boolean;
  readonly reauthorize: boolean;
  readonly yes: boolean;
}

/** The input of every step. Nothing in it changes during a run. */
export interface WizardContext extends Pick<RefreshContext, 'hosts' | 'store'> {
  readonly io: Pick<Io, 'ask' | 'say' | 'openBrowser' | 'clipboard' | 'http' | 'clock' | 'signal'>;
  readonly answers: Answers;
  /** Called when the person goes on to another profile. */
  readonly moveTo?: (profile: string) => void;
  /** A demo keeps nothing, so no message may say that it does. */
  readonly isDemo?: boolean;
  /** The separate browser window. A browser is searched for only if the plan may need it. */
  readonly windows: CaptureWindows;
  /** Stores the draft, so that no entered value can be lost, and returns it. */
  readonly keep: (draft: Draft) => Promise<Draft>;
}

export interface StepResult {
  readonly draft: Draft;
  /** To the next step, one back, to the first, or leave until the next run. */
  readonly go: 'on' | 'back' | 'portal' | 'later';
}

/** Whether there is no choice: without a terminal, or with `--yes`, which accepts the recommended choice. */
export const isUnattended = ({ io, answers }: Pick<WizardContext, 'io' | 'answers'>): boolean =>
  io.ask === null || answers.yes;

/** The person at the terminal. Without one, missing answers were refused before the first step. */
export function personAt({ ask }: Pick<Io, 'ask'>): Ask {
  if (ask === null) throw new Error('a question came up, and nobody is there to answer it');
  return ask;
}
