import type { Secret } from '../../ground/secret.ts';

/** macOS Keychain, Windows Credential Manager or Linux's Secret Service. Throws only if the wait is interrupted. */
export type Keychain = (request: KeychainRequest) => Promise<KeychainAnswer>;

/** A call to `@napi-rs/keyring`. The account is the id of a data key. */
export interface KeychainRequest {
  readonly method: 'getPassword' | 'setPassword' | 'deletePassword';
  readonly account: string;
  readonly secret?: Secret;
}

/** `secret` is the entry's, if it was requested and there is one. Deleting succeeds even if there is no entry. */
export type KeychainAnswer = { readonly outcome: 'answered'; readonly secret?: Secret } | KeychainProblem;

export interface KeychainProblem {
  /** `none`: there is no keychain. `locked`: it is locked or its dialog was dismissed. `refused`: another problem. */
  readonly outcome: 'none' | 'locked' | 'refused' | 'slow';
  readonly detail: string;
}

const none = (detail: string): KeychainProblem => ({ outcome: 'none', detail });

export const notInstalled = none('the optional package @napi-rs/keyring isn’t installed');

const locked: KeychainProblem = { outcome: 'locked', detail: 'it is locked' };
const noBus = none('there is no session bus');

/** All `@napi-rs/keyring` errors share one code. Unless noted, we saw these with 2.1.2 and gnome-keyring 42. */
const knownMessages: readonly (readonly [RegExp, KeychainProblem])[] = [
  // DBUS_SESSION_BUS_ADDRESS is missing or empty, or invalid because someone turned off the bus that way.
  [/autolaunch|does not contain a colon|Could not parse server address|Server address of type/i, noBus],
  [/In D-Bus address|'=' character|Unknown address family/, noBus],
  // The bus in the variable is gone, or is another user's (sudo keeps the variable).
  [/Failed to connect to socket .*(No such file|Connection refused|Not a directory|Permission denied)/i, noBus],
  [/Failed to connect to socket .*Too many levels|Socket name too long|Failed to lookup host\/port/i, noBus],
  // The second message is the package's own; not seen in practice.
  [/not provided by any \.service|No DBus session or Secret Service/i, none('no keychain program is installed')],
  [/Secret Service: no result found/i, none('the keychain has no default keyring')],
  [/unlock prompt was dismissed|object locked/i, locked],
  // macOS: errSecInteractionNotAllowed, errSecUserCanceled and errSecAuthFailed; not seen in practice.
  [/interaction is not allowed|User canceled|passphrase you entered is not correct/i, locked],
  // macOS: errSecNotAvailable and errSecNoDefaultKeychain; not seen in practice.
  [/No keychain is available|default keychain could not be found/i, none('this user has no keychain')],
  // Windows: ERROR_NO_SUCH_LOGON_SESSION, also by its number, because messages are translated; not seen in practice.
  [/\b1312\b|logon session does not exist/i, none('this kind of sign-in, such as over ssh, has no keychain')],
  [/Did not receive a reply|timed out/i, { outcome: 'slow', detail: 'it doesn’t answer' }],
];

export function keychainProblemOf(words: string): KeychainProblem {
  const known = knownMessages.find(([pattern]) => pattern.test(words));
  return known?.[1] ?? { outcome: 'refused', detail: `it refused: ${words.slice(0, 200)}` };
}
