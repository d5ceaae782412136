import type { Failure } from '../errors.ts';

/** The shape of every error under `--json`. */
export interface FailureJson {
  readonly error: { code: string; message: string; fix: string; requestId?: string };
}

export function failureJson({ code, message, fix, requestId }: Failure): FailureJson {
  return { error: { code, message, fix, ...(requestId === undefined ? {} : { requestId }) } };
}

/**
 * Commands in a message are written for the default profile; for another one each of them that takes a profile gets its
 * `--profile`, so that what is printed can be run as it stands.
 */
export function forProfile(text: string, profile: string): string {
  if (profile === 'default') return text;
  return text.replace(
    /`ottokit-tiktok (connect|doctor|scopes|token|disconnect)([^`]*)`/g,
    (_, command: string, rest: string) => `\`ottokit-tiktok ${command} --profile ${profile}${rest}\``,
  );
}
