import { defined } from '../../ground/defined.ts';
import { Secret } from '../../ground/secret.ts';
import { readCredential, type CredentialName, type Verdict } from '../../tiktok/credentials.ts';
import { undone, type Draft } from '../draft.ts';
import type { Answers } from '../wizard-context.ts';

export interface Field {
  readonly name: CredentialName;
  readonly key: 'appKey' | 'appSecret' | 'serviceId';
  readonly label: string;
  /** Where Partner Center shows it (OttoKit's guide, step 3). */
  readonly where: string;
  readonly flag: string;
}

export const fields = {
  'app-key': {
    name: 'app-key',
    key: 'appKey',
    label: 'App Key',
    where:
      'Copy the App Key from “Credentials” on the app’s page. Or copy that whole page (Ctrl-A, Ctrl-C) and paste it here.',
    flag: '--app-key',
  },
  'app-secret': {
    name: 'app-secret',
    key: 'appSecret',
    label: 'App Secret',
    where: 'Copy the App Secret from “Credentials” too. Reveal it first, so that you don’t copy the dots.',
    flag: '--app-secret-stdin',
  },
  'service-id': {
    name: 'service-id',
    key: 'serviceId',
    label: 'Service ID',
    where:
      'Copy the Service ID from the top of the page, after “ID:” under the app’s name. You can paste the authorization link instead.',
    flag: '--service-id',
  },
} as const satisfies Record<CredentialName, Field>;

export const allFields: readonly Field[] = Object.values(fields);

export const plain = (value: string | Secret | undefined): string | undefined =>
  typeof value === 'object' ? value.reveal() : value;

/** Reads a value beside the others, so that one in the wrong field is named. */
export function readField(field: Field, text: string, { app }: Draft): Verdict {
  const { region } = app;
  const others = allFields.filter(({ key }) => key !== field.key).map(({ key }) => [key, plain(app[key])]);
  return readCredential(field.name, text, { ...defined({ region }), ...defined(Object.fromEntries(others) as object) });
}

/** Whether flag or environment give another value than the one stored. */
export function differs(answers: Answers, draft: Draft, field: Field): boolean {
  const given = plain(answers[field.key]);
  if (given === undefined) return false;
  const verdict = readField(field, given, draft);
  return (verdict.verdict === 'refused' ? given : verdict.value) !== plain(draft.app[field.key]);
}

/** Whether the person wanted this very value before, although its shape is unusual. */
export const isOverruled = ({ app, journal }: Draft, { name, key }: Field, value: string): boolean =>
  journal.unusualAccepted?.includes(name) === true && plain(app[key]) === value;

export type Usable = Exclude<Verdict, { verdict: 'refused' }>;

/**
 * The draft with a value. Another App Key or Service ID means another app, so the authorization of the old one no longer
 * counts; another App Secret is tested by the next signed call.
 */
export function withValue(draft: Draft, field: Field, { verdict, value, authorizationHost }: Usable): Draft {
  const noted = withHost(withOverruled(draft, field, verdict === 'unusual'), authorizationHost);
  if (plain(draft.app[field.key]) === value) return noted;
  const { authorizationHost: before, ...rest } = noted.app;
  const kept = field.key === 'serviceId' ? authorizationHost : before;
  const app = {
    ...rest,
    ...defined({ authorizationHost: kept }),
    [field.key]: field.key === 'appSecret' ? new Secret(value) : value,
  };
  const affected = field.key === 'appSecret' ? (['credentials', 'verify'] as const) : afterCredentials;
  return { ...undone(noted, ...affected), app };
}

const withHost = (draft: Draft, authorizationHost: string | undefined): Draft =>
  authorizationHost === undefined ? draft : { ...draft, app: { ...draft.app, authorizationHost } };

const afterCredentials = ['credentials', 'authorize', 'verify'] as const;

/** Notes an unusual shape as wanted, for `doctor` and the next run. */
function withOverruled(draft: Draft, { name }: Field, isUnusual: boolean): Draft {
  const { unusualAccepted: before = [], ...journal } = draft.journal;
  const names = [...before.filter((other) => other !== name), ...(isUnusual ? [name] : [])];
  return { ...draft, journal: { ...journal, ...(names.length === 0 ? {} : { unusualAccepted: names }) } };
}
