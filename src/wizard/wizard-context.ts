import type { CaptureWindows } from '../browser/windows.ts';
import type { RefreshContext } from '../connection/fresh-token.ts';
import type { Ask, Io } from '../ground/io.ts';
import type { Profile } from '../store/model/profile.ts';
import type { CredentialName } from '../tiktok/credential-shapes.ts';

/** Answers from flags, the environment and the settings. Missing ones come from the store or a question. */
export interface Answers {
  readonly profile: string;
  readonly app: Profile['app'];
  readonly capture: 'auto' | 'browser' | 'listener' | 'paste';
  /** From `--port`: the port to listen on. Refused if the Redirect URL is OttoKit's. */
  readonly port?: number;
  /** From the settings: the port to listen on if the Redirect URL is a public address other than OttoKit's. */
  readonly tunnelPort?: number;
  /** The flag or variable that each credential came from, for messages. */
  readonly givenBy?: Readonly<Record<CredentialName, string>>;
  /** In milliseconds. */
  readonly timeout: number;
  readonly browser: boolean;
  readonly restart: boolean;
  readonly reauthorize: boolean;
  readonly yes: boolean;
}

/** The input of every step. Steps never modify it. */
export interface WizardContext extends Pick<RefreshContext, 'hosts' | 'store'> {
  readonly io: Pick<Io, 'ask' | 'say' | 'openBrowser' | 'clipboard' | 'http' | 'clock' | 'signal'>;
  readonly answers: Answers;
  /** Adds `--profile` and `--store`, where they are needed, to the commands in text for the browser. */
  readonly addFlags?: (text: string) => string;
  /** Called when the user continues with another profile. */
  readonly moveTo?: (profile: string) => void;
  /** A demo keeps nothing, so no message may say “kept”. */
  readonly isDemo?: boolean;
  readonly windows: CaptureWindows;
}

/** Whether to skip optional questions: there is no terminal, or `--yes` accepts the recommended choices. */
export const isUnattended = ({ io, answers }: Pick<WizardContext, 'io' | 'answers'>): boolean =>
  io.ask === null || answers.yes;

/** `ask` is never `null` here, because without a terminal, missing answers fail before the first step. */
export function requireAsk({ ask }: Pick<Io, 'ask'>): Ask {
  if (ask === null) throw new Error('the wizard asked a question without a terminal');
  return ask;
}

export const withoutValues = (context: WizardContext) => ({ ...context, answers: { ...context.answers, app: {} } });
