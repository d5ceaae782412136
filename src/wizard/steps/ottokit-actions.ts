import { ottokitDashboard, ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import type { Copied } from '../../ground/io.ts';
import type { Secret } from '../../ground/secret.ts';
import type { App } from '../../tiktok/tokens.ts';
import type { Draft } from '../draft.ts';
import { type Action, openingPage, showToCopy } from '../screen.ts';
import type { WizardContext } from '../wizard-context.ts';

const secretSeconds = 60;

/** Returns functions that copy a secret for up to a minute and remove it. Says so when the minute is over. */
export function copySecretBriefly({ clipboard, clock, say }: WizardContext['io'], secret: Secret) {
  let timer = new AbortController();
  const expire = async ({ signal }: AbortController): Promise<void> => {
    await clock.sleep(secretSeconds * 1_000, signal);
    if (signal.aborted) return;
    await clipboard?.clear();
    say.line('The App Secret was removed from the clipboard.');
  };
  return {
    /** Copies the secret and restarts its timer. */
    copy: async (): Promise<Copied> => {
      timer.abort();
      timer = new AbortController();
      const copied: Copied = (await clipboard?.copy(secret)) ?? { copied: false };
      if (copied.copied) void expire(timer);
      return copied;
    },
    /** Removes the secret. Always call this at the end of the step. */
    end: async (): Promise<void> => {
      timer.abort();
      await clipboard?.clear();
    },
  };
}

/** Choices that open OttoKit, and copy or show each value in the order of OttoKit's form. */
export function copyingValues(
  context: WizardContext,
  { appKey, appSecret, serviceId }: App & { serviceId: string },
  copy: () => Promise<Copied>,
): readonly Action[] {
  const { say, clipboard } = context.io;
  const copySecret = async (): Promise<void> => {
    const copied = await copy();
    if (!copied.copied) say.warn('The App Secret couldn’t be copied. Choose “Show the App Secret”.');
    else if (copied.by === 'system') say.done('The App Secret is copied.');
    else say.line('The App Secret is copied, if your terminal can.');
  };
  const showSecret = (): void => say.value(appSecret.reveal());
  const brief = `Removed from the clipboard after ${String(secretSeconds)} seconds. A clipboard history may keep it.`;
  const shown = 'It stays in this terminal’s history.';
  const actions: readonly Action[] = [
    { ...openingPage(context, 'Open OttoKit', ottokitDashboard), next: 'app-key' },
    { value: 'app-key', name: 'Copy the App Key', act: () => showToCopy(context, appKey), next: 'app-secret' },
    { value: 'app-secret', name: 'Copy the App Secret', hint: brief, act: copySecret, next: 'service-id' },
    { value: 'show-secret', name: 'Show the App Secret', hint: shown, act: showSecret, next: 'service-id' },
    { value: 'service-id', name: 'Copy the Service ID', act: () => showToCopy(context, serviceId), next: 'yes' },
  ];
  return clipboard === null ? actions.filter(({ value }) => value === 'open' || value === 'show-secret') : actions;
}

/** Stores that OttoKit isn't connected, and shows the two causes that OttoKit's guide names. */
export async function keepNo(context: WizardContext, draft: Draft): Promise<Draft> {
  const { say, clock } = context.io;
  const answered = await context.keep({ ...draft, ottokit: { connected: false, confirmedAt: clock.now() } });
  say.line('The usual causes:');
  say.instruction(`- The App Key is in OttoKit’s Service ID field. The Service ID is ${draft.app.serviceId ?? ''}.`);
  say.instruction('- The app’s Redirect URL isn’t exactly OttoKit’s. On the app’s page it must be:');
  await showToCopy(context, ottokitRedirectUrl);
  say.instruction('Then click “Save & Authorize” in OttoKit again.');
  return answered;
}
