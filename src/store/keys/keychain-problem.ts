/**
 * Why the keychain did not do what it was asked. `none`: there is no keychain here (the package is missing, no session
 * bus, nothing behind it). `locked`: it is there and closed, or the person dismissed its question. `slow`: no answer in
 * time. `refused`: anything else.
 */
export interface KeychainTrouble {
  readonly outcome: 'none' | 'locked' | 'refused' | 'slow';
  /** A phrase for `(…)` in a sentence. */
  readonly detail: string;
}

/**
 * `@napi-rs/keyring` gives every error the one code `GenericFailure`; only the words tell them apart. Seen with 2.1.2
 * and gnome-keyring 42 unless said otherwise.
 */
const signs: readonly (readonly [RegExp, KeychainTrouble])[] = [
  [/autolaunch|DBUS_SESSION_BUS_ADDRESS/i, { outcome: 'none', detail: 'there is no session bus' }],
  [
    /Failed to connect to socket .*(No such file|Connection refused)/i,
    { outcome: 'none', detail: 'there is no session bus' },
  ],
  [
    // The second is the package's own wording for either of the two, not seen in practice.
    /not provided by any \.service|No DBus session or Secret Service provider/i,
    { outcome: 'none', detail: 'no keychain program is installed' },
  ],
  // A provider that has no default keyring to put anything into.
  [/Secret Service: no result found/i, { outcome: 'none', detail: 'the keychain has no default keyring' }],
  [/unlock prompt was dismissed|object locked/i, { outcome: 'locked', detail: 'it is locked' }],
  // macOS, errSecInteractionNotAllowed (-25308): Apple's wording, not seen in practice.
  [/interaction is not allowed/i, { outcome: 'locked', detail: 'it is locked' }],
  [/Did not receive a reply|timed out/i, { outcome: 'slow', detail: 'it does not answer' }],
];

export function troubleOf(words: string): KeychainTrouble {
  const known = signs.find(([sign]) => sign.test(words));
  return known?.[1] ?? { outcome: 'refused', detail: `it refused: ${words.slice(0, 200)}` };
}
