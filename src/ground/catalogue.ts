import { counted, fewOf } from './words.ts';

interface Explanation {
  readonly message: string;
  /** Names only existing commands and places to click, never a secret or an address that contains one. */
  readonly fix: string;
}

/** `message` is what TikTok Shop said, or empty. */
type VendorError = Readonly<Record<'code' | 'message', string>>;

/** Where the seller switches scopes on. */
export const manageApi = 'Partner Center → App & Service → your app → Manage API';
const renew =
  'Run `ottokit-tiktok connect` and choose “Authorize again”; without a terminal, run `ottokit-tiktok connect --reauthorize`.';
const withVendorError =
  (message: string, fix: string) =>
  ({ code, message: said }: VendorError): Explanation => ({
    message: `${message} ${said === '' ? `The answer’s code was ${code}.` : `TikTok Shop said “${said}” (code ${code}).`}`,
    fix,
  });

/** According to users, not to TikTok Shop's docs. */
export const ownerAlone = 'Users report that only the shop owner’s main account can authorize.';

/**
 * Errors that TikTok Shop shows only in the browser, without redirecting, and what causes them.
 *
 * Source: TikTok Shop Partner Center docs, "Authorization overview"; the last one is from a few users' reports.
 */
const browserRefusals = [
  '“This service does not exist” (wrong Service ID, often the App Key; an unpublished app; or the other region’s portal)',
  '“Not available in your shop’s region” (the app is a draft, or its target market isn’t filled in)',
  '“Authorization failed” (you tried to authorize a shop that isn’t yours)',
  '“No permission” (perhaps your onboarding is unfinished, or the shop and the app are in different regions)',
].join(', ');

/** Whether `path` is a database's address rather than a file's path. */
const isAddress = (path: string): boolean => path.includes('://');

const startOver = (path: string): string =>
  isAddress(path)
    ? 'run `ottokit-tiktok connect` with another database to start over'
    : `move ${path} away and run \`ottokit-tiktok connect\` to start over`;

interface Unwritable {
  /**
   * `busy`: on Windows, another program has the file open. `open`: others can open it, and we can't change that.
   * `lost-lock`: another process took over the lock. `not-a-lock`: something else is at the lock's path. `limit`: the
   * file would exceed this user's file size limit.
   */
  readonly cause?: 'full' | 'limit' | 'busy' | 'open' | 'lost-lock' | 'not-a-lock';
  /** Set if the file that couldn't be written is the key file. */
  readonly keysDirectory?: string;
}

function unwritableFix({ path, cause, keysDirectory }: Unwritable & { path: string }): string {
  if (cause === 'not-a-lock') return `Move ${path}.lock somewhere else, then run the same command again.`;
  if (cause === 'lost-lock') return 'Run the same command again.';
  if (cause === 'busy')
    return 'Another program has the file open (a virus scanner, a backup or a sync program). Close or pause it, then run the same command again.';
  if (cause === 'limit') return 'Raise the limit on the size of files (`ulimit -f`), then run the same command again.';
  const remedies = { full: 'Free some space', open: 'Make the directory private to this user' };
  const remedy = cause === undefined ? 'Make the directory writable for this user' : remedies[cause];
  return keysDirectory === undefined
    ? `${remedy}, or set OTTOKIT_TIKTOK_CONFIG_DIR to another directory.`
    : `${remedy}, lock the store with a passphrase instead (OTTOKIT_TIKTOK_PASSPHRASE for a new store, \`ottokit-tiktok store move passphrase\` for this one), or name another directory for the key file with XDG_DATA_HOME (on Linux).`;
}

/** Every failure but the launcher's `node-unsupported`. The codes never change, because `--json` prints them. */
export const catalogue = {
  // The command line, its environment and the system
  usage: (p: { problem: string; command?: string }): Explanation => ({
    message: p.problem,
    fix: `Run \`ottokit-tiktok${p.command === undefined ? '' : ` ${p.command}`} --help\` to see its options.`,
  }),
  'missing-answers': (p: { command: string; missing: readonly { flag?: string; what: string }[] }): Explanation => {
    const flags = p.missing.flatMap(({ flag = [] }) => flag);
    return {
      message: `Not running in a terminal (stdin and stderr), so these are required: ${p.missing
        .map(({ flag, what }) => (flag === undefined ? what : `${flag} (${what})`))
        .join(', ')}.`,
      fix: `${flags.length === 0 ? 'Run' : `Provide ${flags.join(' ')}, or run`} \`ottokit-tiktok ${p.command}\` in a terminal.`,
    };
  },
  'credential-refused': (p: { flag: string; why: string }): Explanation => ({
    message: `${p.flag}: ${p.why}`,
    fix: `Copy the value again from the app’s page in Partner Center and pass it with ${p.flag}.`,
  }),
  'redirect-url-refused': (p: { value: string; why: string }): Explanation => ({
    message: `The Redirect URL ${p.value} can’t be used: ${p.why}`,
    fix: 'Pass OttoKit’s (https://api.ottokit.com/tiktok_shop/connection) or one on this computer (http://127.0.0.1:8717/callback) as --redirect-url.',
  }),
  'origin-not-loopback': (p: { value: string }): Explanation => ({
    message: `OTTOKIT_TIKTOK_ORIGIN is “${p.value}”. It must be a plain loopback address, because secrets are sent there.`,
    fix: 'Unset OTTOKIT_TIKTOK_ORIGIN, or set it to http://127.0.0.1:PORT.',
  }),
  'profile-name-refused': (p: { name: string; variable?: string }): Explanation => ({
    message: `“${p.name}” isn’t a profile name: up to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit.`,
    fix: p.variable === undefined ? 'Choose another name.' : `Set ${p.variable} to another name, or unset it.`,
  }),
  'file-unreadable': (p: { flag: string; path: string; detail: string }): Explanation => ({
    message: `The file ${p.path} given with ${p.flag} couldn’t be read (${p.detail}).`,
    fix: 'Pass a file that you can read.',
  }),
  'settings-unreadable': (p: { path: string; detail: string }): Explanation => ({
    message: `The settings file ${p.path} can’t be used (${p.detail}). It was left unchanged.`,
    fix: `Fix it in an editor, or delete ${p.path} to start with no settings.`,
  }),
  'settings-unwritable': (p: { path: string; detail: string }): Explanation => ({
    message: `The settings file ${p.path} couldn’t be written (${p.detail}).`,
    fix: 'Make its directory writable, or name another directory with OTTOKIT_TIKTOK_CONFIG_DIR.',
  }),
  'system-refused': ({ what, fix }: { what: string; fix?: string | undefined }): Explanation => ({
    message: `The system stopped ottokit-tiktok: ${what}.`,
    fix:
      fix === undefined
        ? 'Fix that, then run the same command again; --debug shows where it happened.'
        : `${fix}, then run the same command again.`,
  }),
  interrupted: ({ restarted = false, demo = false }: { restarted?: boolean; demo?: boolean }): Explanation => ({
    message: `Interrupted. ${demo ? 'It was a demo, so nothing was kept.' : 'Every finished step is kept.'}`,
    fix: demo
      ? 'For your own shop, run `ottokit-tiktok connect`.'
      : restarted
        ? 'Run `ottokit-tiktok connect` to continue; with --restart it would start over.'
        : 'Run the same command again to continue.',
  }),
  /** The user quit before TikTok Shop answered a request that may have changed something there. */
  'interrupted-unanswered': (_: object): Explanation => ({
    message: 'Interrupted before TikTok Shop answered. The authorization may no longer work.',
    fix: 'Run the same command again. If TikTok Shop refuses it, run `ottokit-tiktok connect --reauthorize`.',
  }),
  internal: (p: { detail: string }): Explanation => ({
    message: `This is a bug in ottokit-tiktok: ${p.detail}`,
    fix: 'Run the command again with --debug and send what it prints to OttoKit’s support; it never contains secrets.',
  }),

  // Profiles
  'not-connected': (p: { profile: string }): Explanation => ({
    message: `The profile “${p.profile}” isn’t connected yet.`,
    fix: 'Run `ottokit-tiktok connect`.',
  }),
  'profile-unknown': (p: { profile: string; known: readonly string[]; removing?: true }): Explanation => ({
    message: `No profile named “${p.profile}”. ${p.known.length === 0 ? 'None is set up yet.' : `You have: ${fewOf(p.known)}.`}`,
    fix:
      p.known.length === 0
        ? p.removing
          ? 'There is nothing to remove.'
          : 'Run `ottokit-tiktok connect` to set it up.'
        : p.known.length === 1
          ? `Pass --profile ${String(p.known[0])}, or set OTTOKIT_TIKTOK_PROFILE.`
          : 'Run `ottokit-tiktok status` to see every profile, then pass one with --profile.',
  }),

  // Authorizing
  /** TikTok Shop's docs call the error `auth_denied`, older ones `access_denied`. */
  'authorization-denied': ({ error }: { error: string }): Explanation => ({
    message: /^(auth|access)_denied$/.test(error)
      ? `The authorization was declined on TikTok Shop’s page (${error}).`
      : `TikTok Shop’s page ended without an authorization (${error}).`,
    fix: `Run the same command again, sign in as the shop’s owner and choose Authorize. ${ownerAlone}`,
  }),
  'authorization-timeout': (p: { within: string }): Explanation => ({
    message: `TikTok Shop didn’t answer within ${p.within}. It shows some errors only in the browser: ${browserRefusals}.`,
    fix: 'Publish the app if it is a draft. If the Service ID is wrong, correct it: `ottokit-tiktok connect --service-id SERVICE_ID`. If the region is wrong, pass --region with the values of an app from that region.',
  }),
  'window-closed': (_: object): Explanation => ({
    message: 'The separate browser window was closed before TikTok Shop answered.',
    fix: 'Run `ottokit-tiktok connect` again and leave that window open; in a terminal, --capture paste uses your own browser instead.',
  }),
  'app-key-mismatch': (p: { given: string; cameBack: string }): Explanation => ({
    message: `The Service ID belongs to another app: the authorization came back for the App Key ${p.cameBack}, not for ${p.given}.`,
    fix: 'Use the values of one app: `ottokit-tiktok connect --service-id SERVICE_ID`, or the other app’s --app-key and --app-secret-stdin.',
  }),
  'wrong-account-type': (p: { accountType: string }): Explanation => ({
    message: `A ${p.accountType} account authorized the app; OttoKit needs the shop’s seller account.`,
    fix: 'Sign out of TikTok Shop in the browser, run the same command again and sign in as the shop’s owner.',
  }),
  'no-shops': (_: object): Explanation => ({
    message: 'The authorization works, but TikTok Shop lists no shop for it.',
    fix: 'Run `ottokit-tiktok connect --reauthorize` and sign in with the account that owns the shop.',
  }),
  'capture-impossible': (p: { why: string }): Explanation => ({
    message: `TikTok Shop’s answer can’t be captured here: ${p.why}`,
    fix: 'Use a Redirect URL on this computer (--capture auto --redirect-url http://127.0.0.1:8717/callback), or run `ottokit-tiktok connect` in a terminal and paste the address.',
  }),
  'port-busy': (p: { port: number }): Explanation => ({
    message: `Port ${String(p.port)} on this computer is in use by another program.`,
    fix: 'Close that program, or use another port: put it into the app’s Redirect URL and pass that as --redirect-url (for a tunnel, pass --port). `ottokit-tiktok connect --capture paste` needs no port: you copy the address yourself.',
  }),
  'port-reserved': (p: { port: number }): Explanation => ({
    message: `The system doesn’t let this user listen on port ${String(p.port)}.`,
    fix: 'Choose another port, above 1024 and not reserved (on Windows, Hyper-V reserves some: `netsh int ipv4 show excludedportrange tcp` lists them). Put it into the app’s Redirect URL and pass that as --redirect-url (for a tunnel, pass --port).',
  }),
  'listener-failed': (p: { port: number; detail: string }): Explanation => ({
    message: `The program couldn’t listen on 127.0.0.1:${String(p.port)} (${p.detail}).`,
    fix: 'Check that a loopback interface exists, or run `ottokit-tiktok connect --capture paste`.',
  }),

  // TikTok Shop's responses
  'authorization-code-invalid': withVendorError(
    'TikTok Shop refused the authorization code. The code is wrong, was used before or is older than 30 minutes, or the App Secret is wrong.',
    'If you approved only seconds ago, enter the App Secret again: `ottokit-tiktok connect --app-secret-stdin`. Otherwise authorize again: `ottokit-tiktok connect --reauthorize`.',
  ),
  'refresh-token-unknown': withVendorError(
    'TikTok Shop no longer knows this authorization: it was revoked or replaced.',
    renew,
  ),
  'refresh-token-expired': withVendorError('The authorization has expired.', renew),
  'app-key-invalid': withVendorError(
    'TikTok Shop didn’t accept the App Key.',
    'Copy the App Key again from Partner Center → your app → Credentials, and enter it: `ottokit-tiktok connect --app-key APP_KEY`.',
  ),
  'app-secret-mismatch': withVendorError(
    'TikTok Shop refused the signature: the App Secret doesn’t belong to this App Key.',
    'Copy the App Secret again from Partner Center → your app → Credentials, and enter it: `ottokit-tiktok connect --app-secret-stdin`.',
  ),
  'seller-inactive': withVendorError(
    'TikTok Shop says the authorization is inactive. Users report two causes: the seller’s onboarding is unfinished, or the shop’s region differs from the app’s.',
    'Check in Seller Center that the onboarding is finished, and in Partner Center the app’s target market, then run `ottokit-tiktok connect` again.',
  ),
  'ip-not-allowed': withVendorError(
    'The app’s IP allow list doesn’t include this computer’s address.',
    'Turn the app’s IP allow list off in Partner Center, or add this computer’s public address to it, then try again. OttoKit uses its own addresses.',
  ),
  'access-token-invalid': withVendorError(
    'TikTok Shop doesn’t accept the access token; the authorization was probably revoked or replaced.',
    renew,
  ),
  'access-token-expired': withVendorError(
    'The access token has expired.',
    'Run `ottokit-tiktok doctor --fix` to refresh it.',
  ),
  'scope-missing': withVendorError(
    'A scope that this call needs isn’t granted. To list or revoke shops, the app needs 431812 Shop Authorized Information.',
    `Switch it on in ${manageApi}. A token keeps its old scopes, so authorize again afterward. ${renew}`,
  ),
  'shop-cipher-required': withVendorError(
    'The call needs the shop’s cipher.',
    'Run `ottokit-tiktok connect` to read the shops again.',
  ),
  'rate-limited': ({ retryAfter = 0, ...p }: VendorError & { retryAfter?: number }): Explanation =>
    withVendorError(
      'TikTok Shop is receiving too many requests.',
      `Wait ${retryAfter === 0 ? 'a minute' : counted(retryAfter, 'second')}, then run the same command again.`,
    )(p),
  'vendor-error': withVendorError(
    'TikTok Shop is overloaded or has an internal error.',
    'Wait a few minutes, then run the same command again.',
  ),
  'clock-wrong': withVendorError(
    'This computer’s clock is too far off: TikTok Shop allows 5 minutes behind to 30 seconds ahead.',
    'Turn on automatic time, then run the same command again; `ottokit-tiktok doctor clock` measures it.',
  ),
  'vendor-refused': withVendorError(
    'TikTok Shop refused the request with an error that this program doesn’t know.',
    'Run `ottokit-tiktok doctor`; if it finds nothing, send this error to TikTok Shop’s support.',
  ),
  'answer-unreadable': (p: { host: string; status: number; what: string }): Explanation => ({
    message: `${p.host} answered ${String(p.status)} with ${p.what} instead of TikTok Shop’s own answer. Either it is down, or a proxy or firewall answered in its place.`,
    fix: 'Wait a few minutes, then run the same command again; `ottokit-tiktok doctor network` checks the connection.',
  }),

  // The connection to TikTok Shop
  'network-failed': (p: { host: string; what: string; detail: string; sent?: boolean }): Explanation => ({
    message: `${p.host} ${p.sent === true ? 'gave no answer' : 'couldn’t be reached'}: ${p.what} (${p.detail}).`,
    fix: 'Check the connection (and HTTPS_PROXY, if one is needed) with `ottokit-tiktok doctor network`, then run the same command again.',
  }),
  'exchange-uncertain': (p: { host: string; what: string; detail: string }): Explanation => ({
    message: `The authorization code was sent to ${p.host}, but no answer came back: ${p.what} (${p.detail}). The code may be used up, so it isn’t sent twice.`,
    fix: 'Run `ottokit-tiktok connect --reauthorize`.',
  }),

  // The store
  'directory-unknown': (p: { variable: string; problem: string }): Explanation => ({
    message: `There is no directory for the program’s files: ${p.variable} ${p.problem}.`,
    fix: `Set ${p.variable} to an absolute path. Without a home directory, a store in a file needs only OTTOKIT_TIKTOK_CONFIG_DIR and, to lock it, OTTOKIT_TIKTOK_PASSPHRASE.`,
  }),
  /** `stuck`: the store is damaged, and couldn't be moved aside. */
  'store-unreadable': (p: { path: string; detail: string; stuck?: true }): Explanation => ({
    message: `The store ${p.path} couldn’t be read (${p.detail}).`,
    fix: isAddress(p.path)
      ? 'Try again in a minute. If that doesn’t help, restore the database from a backup, or use another one.'
      : p.stuck === true
        ? `Make its directory writable for this user, or ${startOver(p.path)}.`
        : `Make sure that ${p.path} is a file that this user can read, or name another directory with OTTOKIT_TIKTOK_CONFIG_DIR.`,
  }),
  'store-damaged': ({ path, movedTo }: { path: string; movedTo: string | null }): Explanation => ({
    message: `The store ${path} is damaged or wasn’t written by this program. It was ${movedTo === null ? 'left in place' : `moved to ${movedTo}; nothing was deleted`}.`,
    fix: `Put an intact copy back at ${path}, or run ${movedTo === null ? '`ottokit-tiktok doctor --fix` to move it aside and ' : ''}\`ottokit-tiktok connect\` to start over.`,
  }),
  'profile-unreadable': (p: { profile: string; path: string }): Explanation => ({
    message: `The profile “${p.profile}” in ${p.path} can’t be read by this version. It was left unchanged, and the other profiles work.`,
    fix: `Run the newest version: \`npx ottokit-tiktok@latest status\`. If that can’t read it either, remove it with \`ottokit-tiktok disconnect --profile ${p.profile}\` and connect again.`,
  }),
  'profile-damaged': (p: { profile: string; store: string }): Explanation => ({
    message: `The row of the profile “${p.profile}” in ${p.store} isn’t the one this program wrote last: it was changed, swapped with another, or replaced by an older one. It was left unchanged, and the other profiles work.`,
    fix: `Restore the row from a backup, or remove it with \`ottokit-tiktok disconnect --profile ${p.profile}\` and connect again.`,
  }),
  'profile-claimed': (p: { profile: string; store: string; seconds: number }): Explanation => ({
    message: `Another ottokit-tiktok is changing the profile “${p.profile}” in ${p.store}${p.seconds === 0 ? '' : `; it didn’t finish within ${String(p.seconds)} seconds`}.`,
    fix: 'Run the same command again in a minute. A claim left by a process that ended expires by itself.',
  }),
  'profile-changed': (p: { profile: string; store: string }): Explanation => ({
    message: `The profile “${p.profile}” in ${p.store} was changed by another ottokit-tiktok in the meantime. Nothing was overwritten.`,
    fix: 'Run the same command again.',
  }),
  'database-unreachable': (p: { store: string; detail: string }): Explanation => ({
    message: `The database ${p.store} couldn’t be reached (${p.detail}).`,
    fix: 'Check that the database is running and that this computer can reach it, then try again.',
  }),
  'database-refused': (p: { store: string; detail: string }): Explanation => ({
    message: `The database ${p.store} refused access (${p.detail}).`,
    fix: 'Check the user name and the password (PGPASSWORD or ~/.pgpass). The user needs the right to create tables, or to read and write those that `ottokit-tiktok store sql` prints.',
  }),
  'database-tls': (p: { store: string; detail: string }): Explanation => ({
    message: `No trusted connection to the database ${p.store} could be made (${p.detail}).`,
    fix: 'Use the host name that is in the server’s certificate, and give its CA certificate with sslrootcert=FILE in the address or with NODE_EXTRA_CA_CERTS.',
  }),
  'database-read-only': (p: { store: string }): Explanation => ({
    message: `The database ${p.store} is read-only. After a failover, this means that the server hasn’t become the primary yet.`,
    fix: 'Name the primary server in the address, or wait until the failover is complete.',
  }),
  'tokens-kept-here': (p: { store: string; path: string; detail: string }): Explanation => ({
    message: `TikTok Shop issued new tokens, but ${p.store} couldn’t store them. They are kept, encrypted, in ${p.path}. ${p.detail}`,
    fix: 'When the database is available again, run `ottokit-tiktok status` on this computer to store them.',
  }),
  'store-not-empty': (p: { profile: string; store: string }): Explanation => ({
    message: `The profile “${p.profile}” in ${p.store} differs from the one to move. Nothing was removed, and the original store is complete.`,
    fix: `Decide which of the two you need. Remove the other one with \`ottokit-tiktok disconnect --profile ${p.profile} --store file\` or, if it is in the database, with --store and its address. Then move again.`,
  }),
  'store-older': (p: { path: string; format: number }): Explanation => ({
    message: `The store ${p.path} was written by an older ottokit-tiktok (format ${String(p.format)}) that this version can’t read. It was left unchanged.`,
    fix: `Read it with the version that wrote it, or ${startOver(p.path)}.`,
  }),
  'store-absent': (p: { path: string }): Explanation => ({
    message: `There is no store at ${p.path} yet, so there is nothing to move.`,
    fix: 'Run `ottokit-tiktok connect` to set it up.',
  }),
  'store-newer': (p: { path: string; format: number }): Explanation => ({
    message: `The store ${p.path} was written by a newer ottokit-tiktok (format ${String(p.format)}).`,
    fix: 'Run the newest version: `npx ottokit-tiktok@latest status`.',
  }),
  'store-unwritable': (p: Unwritable & { path: string; detail: string }): Explanation => ({
    message:
      p.keysDirectory === undefined
        ? `The store ${p.path} couldn’t be written (${p.detail}). Its previous contents are unchanged.`
        : `The key file of the store ${p.path} couldn’t be written to ${p.keysDirectory} (${p.detail}).`,
    fix: unwritableFix(p),
  }),
  'store-locked': (p: { path: string; seconds: number }): Explanation => ({
    message: `Another ottokit-tiktok is using ${p.path}; it didn’t finish within ${String(p.seconds)} seconds.`,
    fix: 'Run the same command again in a minute. A lock left by a process that ended expires by itself.',
  }),
  'tokens-not-stored': (p: { detail: string }): Explanation => ({
    message: `TikTok Shop issued new tokens, but they couldn’t be stored. ${p.detail}`,
    fix: 'Make the store writable, then run the same command again; if TikTok Shop refuses it, run `ottokit-tiktok connect --reauthorize`.',
  }),
  'passphrase-missing': (p: { path: string }): Explanation => ({
    message: `The store ${p.path} needs a passphrase, and none was given.`,
    fix: 'Set OTTOKIT_TIKTOK_PASSPHRASE, or run the command in a terminal to be asked for it.',
  }),
  'passphrase-wrong': (p: { path: string }): Explanation => ({
    message: `The passphrase doesn’t open the store ${p.path}.`,
    fix: isAddress(p.path)
      ? 'Set OTTOKIT_TIKTOK_PASSPHRASE to the team’s passphrase. If nobody knows it, a computer that keeps the key can set another one: `ottokit-tiktok store move passphrase`.'
      : `Set OTTOKIT_TIKTOK_PASSPHRASE to the store’s passphrase. If nobody knows it, ${startOver(p.path)}.`,
  }),
  'key-missing': (p: { path: string; keyPath: string; detail: string }): Explanation => ({
    message: `The key file ${p.keyPath} that opens the store ${p.path} couldn’t be read (${p.detail}).`,
    fix: `Put the key file back from a backup, or ${startOver(p.path)}.`,
  }),
  'key-wrong': (p: { path: string; keyPath: string }): Explanation => ({
    message: `The key in ${p.keyPath} isn’t the one that the store ${p.path} was written with.`,
    fix: `Put the right key file back from a backup, or ${startOver(p.path)}.`,
  }),
  'keychain-failed': (p: { path: string; detail: string; making?: true; moving?: true }): Explanation =>
    p.moving === true
      ? {
          message: `The system’s keychain didn’t accept a key for the store ${p.path} (${p.detail}). The store is unchanged.`,
          fix: 'Unlock the keychain (sign in to the desktop), then run `ottokit-tiktok store move keychain` again.',
        }
      : p.making === true
        ? {
            message: `The system’s keychain didn’t accept the key of the new store ${p.path} (${p.detail}). No store was created.`,
            fix: 'Unlock the keychain (sign in to the desktop) and run the same command again, or set OTTOKIT_TIKTOK_PASSPHRASE to lock the store with a passphrase instead.',
          }
        : {
            message: `The key of the store ${p.path} is in the system’s keychain, which didn’t return it (${p.detail}).`,
            fix: 'Sign in to the desktop as the user who created the store, unlock the keychain, then run the same command there.',
          },
  'keychain-entry-missing': (p: { path: string; account: string }): Explanation => ({
    message: `The system’s keychain doesn’t have the key of the store ${p.path} (service ottokit-tiktok, account ${p.account}).`,
    fix: `Sign in as the user who created it, on the same computer, or ${startOver(p.path)}.`,
  }),
} as const;
