import type { CaptureWindows } from '../browser/windows.ts';
import type { RefreshContext } from '../connection/fresh-token.ts';
import type { Ask, Io } from '../ground/io.ts';
import type { Profile } from '../store/model/profile.ts';
import type { CredentialName } from '../tiktok/credential-shapes.ts';
import type { Draft } from './draft.ts';

/** Answers from flags and environment. Missing ones come from the store, else from a question. */
export interface Answers {
  readonly profile: string;
  /** The app's values. */
  readonly app: Profile['app'];
  readonly capture: 'auto' | 'browser' | 'listener' | 'paste';
  /** The port to listen on, for any Redirect URL. */
  readonly port?: number;
  /** From the settings: the port to listen on if the Redirect URL isn't on this computer. */
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

/** The input of every step. It doesn't change during a run. */
export interface WizardContext extends Pick<RefreshContext, 'hosts' | 'store'> {
  readonly io: Pick<Io, 'ask' | 'say' | 'openBrowser' | 'clipboard' | 'http' | 'clock' | 'signal'>;
  readonly answers: Answers;
  /** Adds the profile and the store to the commands in a text for the browser. */
  readonly addFlags?: (text: string) => string;
  /** Called when the user continues with another profile. */
  readonly moveTo?: (profile: string) => void;
  /** A demo keeps nothing, so no message may say “kept”. */
  readonly isDemo?: boolean;
  /** The separate browser window. Looks for a browser only if the plan may need one. */
  readonly windows: CaptureWindows;
  /** Stores the draft, so that nothing the user entered is lost, and returns it. */
  readonly keep: (draft: Draft) => Promise<Draft>;
}

export interface StepResult {
  readonly draft: Draft;
  /** `on` to the next step, `back` one, `portal` to the first, or `later` to leave. */
  readonly go: 'on' | 'back' | 'portal' | 'later';
}

/** Whether not to ask: without a terminal, or with `--yes`, which accepts the recommended choices. */
export const isUnattended = ({ io, answers }: Pick<WizardContext, 'io' | 'answers'>): boolean =>
  io.ask === null || answers.yes;

/** Returns the questions. Without a terminal, missing answers were refused before the first step. */
export function personAt({ ask }: Pick<Io, 'ask'>): Ask {
  if (ask === null) throw new Error('the wizard asked a question without a terminal');
  return ask;
}
