import { fail } from '../errors.ts';
import { localRedirectUrl, ottokitRedirectUrl, readRedirectUrl } from '../connection/redirect-url.ts';
import type { Ask } from '../io.ts';
import { appListUrl, portalUrl } from '../tiktok/portals.ts';
import { isDone, withDone, withUndone, type Draft } from './draft.ts';
import { storedAnswers, type Setting } from './setting.ts';

/** Step 2: the Custom app in Partner Center, and the Redirect URL it has. */
export async function app(setting: Setting, draft: Draft): Promise<Draft> {
  const { io, answers } = setting;
  const known = answers.redirectUrl ?? (storedAnswers(setting) ? draft.app.redirectUrl : undefined);
  if (isDone(draft, 'app') && known === draft.app.redirectUrl) return draft;
  let kept = await keepRedirectUrl(setting, draft, await settleRedirectUrl(setting, draft, known));
  if (io.ask !== null && !answers.yes && !hasCredentials(kept, setting)) {
    while ((await showWhereToClick(setting, io.ask, kept)) === 'another Redirect URL')
      kept = await keepRedirectUrl(setting, kept, await askForRedirectUrl(setting, io.ask, kept));
  }
  return await setting.keep(withDone(kept, 'app', io.clock.now()));
}

async function keepRedirectUrl(setting: Setting, draft: Draft, redirectUrl: string): Promise<Draft> {
  const changed = draft.app.redirectUrl !== undefined && draft.app.redirectUrl !== redirectUrl;
  return await setting.keep({
    ...(changed ? withUndone(draft, 'app') : draft),
    app: { ...draft.app, redirectUrl },
  });
}

async function showWhereToClick(
  { io }: Setting,
  ask: Ask,
  { app: { region = 'row', redirectUrl = '' } }: Draft,
): Promise<'ready' | 'another Redirect URL'> {
  // That the US portal has the same path as the other is assumed, not known.
  const where = region === 'us' ? portalUrl(region) : appListUrl(region);
  io.say.line(`In Partner Center (${where}), if the app is not there yet:`);
  io.say.line('1. Left sidebar: “App & Service”; top right: “Create app & service”.');
  io.say.line('2. App type: “Custom”. Give it a name, a category, a logo and the target market where the shop is.');
  io.say.line('3. Redirect URL, to the letter:');
  io.say.value(redirectUrl);
  io.say.line('4. Save it. A Redirect URL that was changed may take a while to act.');
  for (;;) {
    const exists = await ask.confirm({
      id: 'app-created',
      message: 'Does the app exist, with exactly this Redirect URL?',
      default: true,
      signal: io.signal,
    });
    if (exists) return 'ready';
    const lacking = await ask.select<'time' | 'another'>({
      id: 'app-lacking',
      message: 'What is lacking?',
      choices: [
        { value: 'time', name: 'Time; ask again' },
        { value: 'another', name: 'The app has another Redirect URL, or is to have one' },
      ],
      default: 'time',
      signal: io.signal,
    });
    if (lacking === 'another') return 'another Redirect URL';
    io.say.line('Take the time it needs; this waits. Ctrl-C leaves, and `ottokit-tiktok connect` goes on from here.');
  }
}

/** The Redirect URL of flag or store when it will do, otherwise the answer to the question. */
async function settleRedirectUrl(setting: Setting, draft: Draft, known: string | undefined): Promise<string> {
  const { io, answers } = setting;
  if (known !== undefined) {
    const verdict = readRedirectUrl(known);
    if (verdict.kind !== 'near-miss' && verdict.kind !== 'refused') return verdict.url;
    const why =
      verdict.kind === 'refused'
        ? verdict.why
        : `it is not OttoKit's to the letter: ${verdict.difference}. TikTok Shop compares every character.`;
    if (verdict.kind === 'near-miss' && answers.yes) {
      io.say.warn(`The Redirect URL is used as it was given, but ${why}`);
      return verdict.url;
    }
    if (io.ask === null || answers.yes) throw fail('redirect-url-refused', { value: known, why });
    io.say.warn(`The Redirect URL ${known} cannot be used: ${why}`);
  }
  if (io.ask === null || answers.yes) return await preferredRedirectUrl(setting);
  return await askForRedirectUrl(setting, io.ask, draft);
}

/** OttoKit's own where a window can capture the code, so that the app's settings need not be touched afterwards. */
async function preferredRedirectUrl({ answers, windows }: Setting): Promise<string> {
  if (answers.capture === 'listener') return localRedirectUrl;
  if (answers.capture === 'paste' || answers.capture === 'browser') return ottokitRedirectUrl;
  return answers.openBrowser && (await windows.find()) !== null ? ottokitRedirectUrl : localRedirectUrl;
}

async function askForRedirectUrl(setting: Setting, ask: Ask, { app: { region } }: Draft): Promise<string> {
  const { io } = setting;
  const window = (await preferredRedirectUrl(setting)) === ottokitRedirectUrl;
  const untried = region === 'us' ? ' Whether the US portal takes such an address is not known.' : '';
  const choice = await ask.select({
    id: 'redirect-url',
    message: 'Which Redirect URL does the app have, or will it get?',
    choices: [
      {
        value: 'ottokit',
        name: `OttoKit’s: ${ottokitRedirectUrl}`,
        hint: window
          ? 'Stays as it is. The answer is captured in a separate browser window.'
          : 'Stays as it is. You copy the address from the browser and paste it here.',
      },
      {
        value: 'local',
        name: `This computer: ${localRedirectUrl}`,
        hint: `Captured here by itself. To be set back to OttoKit’s afterwards.${untried}`,
      },
      { value: 'other', name: 'Another one', hint: 'Such as a tunnel’s public https address.' },
    ],
    default: window ? 'ottokit' : 'local',
    signal: io.signal,
  });
  if (choice === 'ottokit') return ottokitRedirectUrl;
  if (choice === 'local') return localRedirectUrl;
  const typed = await ask.text({
    id: 'redirect-url-other',
    message: 'Redirect URL, exactly as on the app’s page',
    check: (answer) => {
      const verdict = readRedirectUrl(answer);
      if (verdict.kind === 'refused') return `This Redirect URL cannot be used: ${verdict.why}`;
      if (verdict.kind !== 'near-miss') return true;
      return `This is not OttoKit’s to the letter: ${verdict.difference}. It must be ${ottokitRedirectUrl}`;
    },
    signal: io.signal,
  });
  const verdict = readRedirectUrl(typed);
  return verdict.kind === 'refused' ? typed : verdict.url;
}

function hasCredentials({ app: known }: Draft, setting: Setting): boolean {
  const { answers } = setting;
  if (!storedAnswers(setting)) return false;
  return (answers.appKey ?? known.appKey) !== undefined && (answers.serviceId ?? known.serviceId) !== undefined;
}
