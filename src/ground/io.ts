import type { Readable, Writable } from 'node:stream';
import type { Env } from './env.ts';
import type { Secret } from './secret.ts';

/** The outside world. A function asks for the slice it needs (`Pick<Io, 'ask'>`), and a test passes just that. */
export interface Io {
  /** `null` unless both stdin and stderr are terminals. */
  readonly ask: Ask | null;
  readonly say: Say;
  readonly openBrowser: OpenBrowser;
  /** `null` if nobody is at the terminal, or if a program reads the output. */
  readonly clipboard: Clipboard | null;
  readonly http: Http;
  readonly clock: Clock;
  readonly env: Env;
  /** The store's directory. @throws Failure directory-unknown */
  readonly configDirectory: () => string;
  /** The directory of key files. @throws Failure directory-unknown */
  readonly dataDirectory: () => string;
  readonly host: Host;
  /** Opens stdin; `null` if it is a terminal. */
  readonly stdin: () => Readable | null;
  /** Aborted by Ctrl-C, SIGTERM or a closed terminal. At a question, Ctrl-C rejects the question instead. */
  readonly signal: AbortSignal;
}

export interface Host {
  readonly platform: NodeJS.Platform;
  /** `20.20.2` */
  readonly nodeVersion: string;
  /** Empty if there is none. */
  readonly homeDirectory: string;
  readonly temporaryDirectory: string;
  /** `getuid` is absent on Windows. */
  readonly ownProcess: Pick<NodeJS.Process, 'kill' | 'getuid'>;
}

export type TerminalOutput = Writable & Partial<Readonly<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>>;

export interface Clock {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** In milliseconds since an arbitrary start. For deadlines, because it never jumps. */
  readonly monotonic: () => number;
  /** Resolves early if `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** A question's `id` is the name of its flag, if it has one (`app-key`). Tests answer by `id`. */
export interface Question {
  readonly id: string;
  readonly message: string;
  /** Aborting it rejects the question with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  readonly hint?: string | undefined;
  /** Shown as “(recommended)” after the name. */
  readonly recommended?: boolean;
}

/** `true` if the answer is valid, otherwise a sentence that says why not. */
export type Check = (answer: string) => true | string;

interface TypedQuestion extends Question {
  readonly check?: Check;
  /** Returns what to show instead of a text that has more than we asked for, such as a page with a secret. */
  readonly summarize?: (text: string) => string | undefined;
}

export interface Ask {
  /** Starts at `default`, the recommended choice, or the first one. Typing filters a list of more than ten. */
  select<T extends string>(q: Question & { choices: readonly Choice<T>[]; default?: T | undefined }): Promise<T>;
  confirm(q: Question & { default: boolean }): Promise<boolean>;
  /**
   * A question with a `status`, which is shown above it and updated every second, stays open during a wait. Enter alone
   * then answers '' without validation and leaves nothing on the screen. Unless the terminal is plain (`isPlain`), the
   * text from `echo` replaces the answer, and with `keepsRefused`, refused text stays; a paste replaces it.
   */
  text(
    q: TypedQuestion & {
      default?: string | undefined;
      status?: () => string;
      echo?: (text: string) => string;
      keepsRefused?: boolean;
    },
  ): Promise<string>;
  password(q: TypedQuestion): Promise<Secret>;
  /** On a plain terminal (`isPlain`), the answer is typed: numbers and ranges (`1,3` `1-7`), `all` or `none`. */
  checklist<T extends string>(
    q: Question & { choices: readonly Choice<T>[]; ticked: readonly T[] },
  ): Promise<readonly T[]>;
  /** Returns the key's name (`q`, `return`), or a typed line on a plain terminal (`isPlain`). */
  pressKey(q: Question): Promise<string>;
}

/** Shows messages on stderr. Sanitizes all text for a terminal first, so external text may be passed unchanged. */
export interface Say {
  /** The beginning of a step: `Step 2 of 6 · The app`. */
  heading(text: string, progress?: { readonly step: number; readonly of: number }): void;
  line(text?: string): void;
  /** Indented, with continuation lines aligned under the first word. A leading `1. ` or `- ` is a list marker. */
  instruction(text: string): void;
  hint(text: string): void;
  /** A value alone on its line, never wrapped or colored, so that it can be copied. */
  value(text: string): void;
  /** A value on its own line in the accent color, with a dim note (`copied`) beside it. */
  copy(text: string, note?: string): void;
  done(text: string): void;
  warn(text: string): void;
  fail(text: string): void;
  /** Calls `text` again every second, until `stop` removes the message. If lines can't be redrawn, prints it once. */
  wait(text: () => string): { stop(): void };
}

/** Starts the user's browser. Nothing proves that a page opened, so always print the address too. */
export type OpenBrowser = (url: string) => Promise<{ opened: true } | { opened: false; why: string }>;

/** The user's clipboard. It may not work, so always offer another way to get the value. Never rejects. */
export interface Clipboard {
  copy(text: string | Secret): Promise<Copied>;
  /** Removes a copied `Secret`, unless we can tell that something else has replaced it. */
  clear(): Promise<void>;
}

/** `by: 'terminal'`: we asked the terminal to copy, but terminals don't confirm that they did. */
export type Copied = { readonly copied: true; readonly by: 'system' | 'terminal' } | { readonly copied: false };

export interface HttpRequest {
  readonly method: 'GET' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In milliseconds, including reading the response. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** `limit`: out of open files or memory. `answer-too-large`: over 1 MiB, or the headers are too long. */
export type NoAnswerReason =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'limit'
  | 'tls-untrusted'
  | 'tls-wrong-name'
  | 'tls-date'
  | 'tls'
  | 'proxy'
  | 'timeout'
  | 'connection-lost'
  | 'answer-too-large'
  | 'aborted';

export interface NoAnswer {
  readonly reason: NoAnswerReason;
  /** The system's code or one plain phrase (`ENOTFOUND`, `proxy answered 407`). Never an address. */
  readonly detail: string;
  /** The issuer of a refused certificate. External text: sanitize it before showing it. */
  readonly issuer?: string;
}

export type HttpAnswer =
  | {
      readonly answered: true;
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      /** Decompressed and decoded; bytes that can't be decoded become U+FFFD. */
      readonly body: string;
    }
  /** `sent`: the request may have reached the server. */
  | ({ readonly answered: false; readonly sent: boolean } & NoAnswer);

/** Sends one request. Doesn't follow redirects, never retries, never throws. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;
