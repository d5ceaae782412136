import { fail } from '../ground/errors.ts';
import { localRedirectUrl, ottokitRedirectUrl, readRedirectUrl } from '../connection/redirect-url.ts';
import type { Ask } from '../ground/io.ts';
import type { Draft } from './draft.ts';
import type { WizardContext } from './wizard-context.ts';

/**
 * The Redirect URL of flag or store when it will do, otherwise the answer to the question.
 * @throws Failure redirect-url-refused where nothing is asked
 */
export async function settleRedirectUrl(
  setting: WizardContext,
  draft: Draft,
  known: string | undefined,
): Promise<string> {
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
async function preferredRedirectUrl({ answers, windows }: WizardContext): Promise<string> {
  if (answers.capture === 'listener') return localRedirectUrl;
  if (answers.capture === 'paste' || answers.capture === 'browser') return ottokitRedirectUrl;
  return answers.openBrowser && 'browser' in (await windows.find()) ? ottokitRedirectUrl : localRedirectUrl;
}

/** Asks which Redirect URL the app has or will get. */
export async function askForRedirectUrl(
  setting: WizardContext,
  ask: Ask,
  { app: { region, redirectUrl } }: Draft,
): Promise<string> {
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
    default: choiceOf(redirectUrl) ?? (window ? 'ottokit' : 'local'),
    signal: io.signal,
  });
  if (choice === 'ottokit') return ottokitRedirectUrl;
  if (choice === 'local') return localRedirectUrl;
  const typed = await ask.text({
    id: 'redirect-url-other',
    message: 'Redirect URL, exactly as on the app’s page',
    ...(redirectUrl !== undefined && choiceOf(redirectUrl) === 'other' ? { default: redirectUrl } : {}),
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

/** What was chosen before. */
function choiceOf(redirectUrl: string | undefined): 'ottokit' | 'local' | 'other' | undefined {
  if (redirectUrl === undefined) return undefined;
  if (redirectUrl === ottokitRedirectUrl) return 'ottokit';
  return redirectUrl === localRedirectUrl ? 'local' : 'other';
}
