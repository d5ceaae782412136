import { defined } from '../../ground/defined.ts';
import { Secret } from '../../ground/secret.ts';
import type { Step } from '../../store/model/profile.ts';
import type { CredentialName } from '../../tiktok/credential-shapes.ts';
import { readCredential, type Verdict } from '../../tiktok/credentials.ts';
import { undone, type Draft } from '../draft.ts';

export interface Field {
  readonly name: CredentialName;
  readonly key: 'appKey' | 'appSecret' | 'serviceId';
  readonly label: string;
  /** Where Partner Center shows it (OttoKit's guide, step 3). */
  readonly where: string;
  /**
   * The steps that another value undoes. Another App Key or Service ID means another app, so the old app's
   * authorization no longer counts; another App Secret is tested by the next signed call.
   */
  readonly affects: readonly Step[];
}

export const fields = {
  'app-key': {
    name: 'app-key',
    key: 'appKey',
    label: 'App Key',
    where:
      'Copy the App Key from “Credentials” on the app’s page. Or copy that whole page (Ctrl-A, Ctrl-C) and paste it here.',
    affects: ['credentials', 'authorize', 'verify'],
  },
  'app-secret': {
    name: 'app-secret',
    key: 'appSecret',
    label: 'App Secret',
    where: 'Copy the App Secret from “Credentials” too. Reveal it first, so that you don’t copy the dots.',
    affects: ['credentials', 'verify'],
  },
  'service-id': {
    name: 'service-id',
    key: 'serviceId',
    label: 'Service ID',
    where:
      'Copy the Service ID from the top of the page, after “ID:” under the app’s name. You can paste the authorization link instead.',
    affects: ['credentials', 'authorize', 'verify'],
  },
} as const satisfies Record<CredentialName, Field>;

export const allFields: readonly Field[] = Object.values(fields);

/** The field's value; a secret is in plain text. */
export function valueIn(values: Draft['app'], { key }: Field): string | undefined {
  const value = values[key];
  return typeof value === 'object' ? value.reveal() : value;
}

/** Reads a value and compares it with the others, so that a value in the wrong field is reported. */
export function readField({ name }: Field, text: string, { app }: Draft): Verdict {
  const { region, appKey, appSecret, serviceId } = app;
  return readCredential(name, text, defined({ region, appKey, appSecret: appSecret?.reveal(), serviceId }));
}

export type Usable = Exclude<Verdict, { verdict: 'refused' }>;

/** The draft with a value. An unusual format is recorded as confirmed, for `doctor` and the next run. */
export function withValue(draft: Draft, field: Field, { verdict, value, authorizationHost }: Usable): Draft {
  const isSame = valueIn(draft.app, field) === value;
  const { authorizationHost: before, ...app } = draft.app;
  const host = authorizationHost ?? (isSame || field.key !== 'serviceId' ? before : undefined);
  const others = (draft.journal.unusualAccepted ?? []).filter((name) => name !== field.name);
  const journal = { ...draft.journal, unusualAccepted: verdict === 'unusual' ? [...others, field.name] : others };
  const entered = { [field.key]: field.key === 'appSecret' ? new Secret(value) : value };
  return {
    ...undone({ ...draft, journal }, ...(isSame ? [] : field.affects)),
    app: { ...app, ...defined({ authorizationHost: host }), ...entered },
  };
}
