import { fail } from '../ground/errors.ts';
import { Secret } from '../ground/secret.ts';
import type { AppRecord } from '../store/model/profile.ts';
import { readCredential, type CredentialName, type Verdict } from '../tiktok/credentials.ts';
import { checkApp } from './check-app.ts';
import { isDone, withDone, reopenSteps, type Draft } from './draft.ts';
import { mayReuseStored, type Answers, type WizardContext } from './wizard-context.ts';

interface Field {
  readonly name: CredentialName;
  readonly key: 'appKey' | 'appSecret' | 'serviceId';
  readonly label: string;
  /** Where it stands in Partner Center (OttoKit's guide, step 3). */
  readonly where: string;
  readonly flag: string;
}

const appKeyField: Field = {
  name: 'app-key',
  key: 'appKey',
  label: 'App Key',
  where: 'On the app’s page, section “Credentials”: the App Key.',
  flag: '--app-key',
};

const fields: readonly Field[] = [
  appKeyField,
  {
    name: 'app-secret',
    key: 'appSecret',
    label: 'App Secret',
    where:
      'In the section “Credentials” too: the App Secret. Copy the value itself; dots that stand for it are of no use.',
    flag: '--app-secret-stdin',
  },
  {
    name: 'service-id',
    key: 'serviceId',
    label: 'Service ID',
    where: 'At the very top of the page, under the app’s name, after “ID:”. The app’s authorization link will do too.',
    flag: '--service-id',
  },
];

/**
 * Step 4: App Key, App Secret and Service ID, each checked by its shape as soon as it is entered and kept at once, then
 * the live check. A value that is already stored is not asked for again.
 */
export async function credentials(setting: WizardContext, draft: Draft): Promise<Draft> {
  if (isDone(draft, 'credentials') && fields.every((field) => unchanged(setting, draft, field))) return draft;
  let known = draft;
  for (const field of fields) known = await settle(setting, known, field);
  while ((await checkApp(setting, known)) === 'enter the App Key again') {
    const { appKey: _, ...app } = known.app;
    known = await askFor(setting, { ...known, app }, appKeyField);
  }
  return await setting.keep(withDone(known, 'credentials', setting.io.clock.now()));
}

const plain = (value: string | Secret | undefined): string | undefined =>
  typeof value === 'object' ? value.reveal() : value;

const unchanged = ({ answers }: WizardContext, draft: Draft, field: Field): boolean =>
  draft.app[field.key] !== undefined && !differs(answers, draft, field);

/** Whether flag or environment give another value than the one that is stored. */
function differs(answers: Answers, draft: Draft, field: Field): boolean {
  const given = plain(answers[field.key]);
  if (given === undefined) return false;
  const verdict = read(field, given, draft);
  return (verdict.verdict === 'refused' ? given : verdict.value) !== plain(draft.app[field.key]);
}

export const givenDiffers = (answers: Answers, draft: Draft): boolean =>
  fields.some((field) => differs(answers, draft, field));

/** One value: flag or environment, then the store, then the question. */
async function settle(setting: WizardContext, draft: Draft, field: Field): Promise<Draft> {
  const { io, answers } = setting;
  const given = plain(answers[field.key]);
  if (given !== undefined) {
    const accepted = await judgeGiven(setting, draft, field, given);
    if (accepted !== undefined) return await keepValue(setting, draft, field, accepted);
  } else if (draft.app[field.key] !== undefined && mayReuseStored(setting)) {
    const again = read(field, plain(draft.app[field.key]) ?? '', draft);
    if (again.verdict !== 'refused') return draft;
    io.say.warn(`The stored ${field.label} is not used: ${again.why}`);
    const { [field.key]: _, ...app } = draft.app;
    return await askFor(setting, { ...draft, app }, field);
  }
  return await askFor(setting, draft, field);
}

function read(field: Field, text: string, { app }: Draft): Verdict {
  const known = {
    ...(app.region === undefined ? {} : { region: app.region }),
    ...(app.appKey === undefined || field.key === 'appKey' ? {} : { appKey: app.appKey }),
    ...(app.appSecret === undefined || field.key === 'appSecret' ? {} : { appSecret: app.appSecret.reveal() }),
    ...(app.serviceId === undefined || field.key === 'serviceId' ? {} : { serviceId: app.serviceId }),
  };
  return readCredential(field.name, text, known);
}

type Usable = Exclude<Verdict, { verdict: 'refused' }>;

/** What flag or environment gave, when it will do; undefined when the person is to be asked in its place. */
async function judgeGiven(
  setting: WizardContext,
  draft: Draft,
  field: Field,
  given: string,
): Promise<Usable | undefined> {
  const { io } = setting;
  const verdict = read(field, given, draft);
  if (verdict.verdict === 'accepted') return verdict;
  if (verdict.verdict === 'unusual') {
    if (isOverruled(draft, field, verdict.value) || (await overruled(setting, field, verdict.warning))) return verdict;
    if (io.ask === null) {
      const why = `${verdict.warning} Give --yes to use it all the same.`;
      throw fail('credential-refused', { flag: field.flag, why });
    }
    return undefined;
  }
  if (io.ask === null) throw fail('credential-refused', { flag: field.flag, why: verdict.why });
  io.say.warn(`${field.label}: ${verdict.why}`);
  return undefined;
}

/** A question that comes back until the value will do; what was entered before it is kept already. */
async function askFor(setting: WizardContext, draft: Draft, field: Field): Promise<Draft> {
  const { io } = setting;
  if (io.ask === null) throw new Error('missing answers are refused before the first step');
  io.say.line(field.where);
  const before = plain(draft.app[field.key]);
  for (;;) {
    const question = {
      id: field.name,
      message:
        before !== undefined && field.key === 'appSecret' ? `${field.label} (Enter keeps the stored one)` : field.label,
      check: (answer: string): true | string => {
        if (answer === '' && before !== undefined) return true;
        const verdict = read(field, answer, draft);
        return verdict.verdict === 'refused' ? verdict.why : true;
      },
      signal: io.signal,
    };
    const typed =
      field.key === 'appSecret'
        ? (await io.ask.password(question)).reveal()
        : await io.ask.text({ ...question, ...(before === undefined ? {} : { default: before }) });
    if (typed === '' && before !== undefined) return draft;
    const verdict = read(field, typed, draft);
    if (verdict.verdict === 'accepted') return await keepValue(setting, draft, field, verdict);
    if (verdict.verdict === 'unusual' && (await overruled(setting, field, verdict.warning))) {
      return await keepValue(setting, draft, field, verdict);
    }
  }
}

async function overruled({ io, answers }: WizardContext, field: Field, warning: string): Promise<boolean> {
  io.say.warn(`${field.label}: ${warning}`);
  if (answers.yes) return true;
  if (io.ask === null) return false;
  return await io.ask.confirm({
    id: `${field.name}-unusual`,
    message: 'Use it all the same?',
    default: false,
    signal: io.signal,
  });
}

/** Whether the warning about this very value was overruled before. */
const isOverruled = ({ app, journal }: Draft, { name, key }: Field, value: string): boolean =>
  journal.unusualAccepted?.includes(name) === true && plain(app[key]) === value;

/** Another App Key or Service ID than before means another app: what was authorized with the old one is void. */
async function keepValue(
  setting: WizardContext,
  draft: Draft,
  field: Field,
  { verdict, value }: Usable,
): Promise<Draft> {
  const unusual = verdict === 'unusual';
  const before = plain(draft.app[field.key]);
  if (before === value && unusual === isOverruled(draft, field, value)) return draft;
  const noted = withOverruled(draft, field, unusual);
  if (before === value) return await setting.keep(noted);
  const app: Partial<AppRecord> = { ...draft.app, [field.key]: field.key === 'appSecret' ? new Secret(value) : value };
  const steps =
    field.key === 'appSecret' ? (['credentials'] as const) : (['credentials', 'authorize', 'verify'] as const);
  return await setting.keep({ ...reopenSteps(noted, ...steps), app });
}

/** Notes, for `doctor` and for the next run, that the person wants this value although its shape is unusual. */
function withOverruled(draft: Draft, { name }: Field, unusual: boolean): Draft {
  const { unusualAccepted: before = [], ...journal } = draft.journal;
  const names = [...before.filter((other) => other !== name), ...(unusual ? [name] : [])];
  return { ...draft, journal: { ...journal, ...(names.length === 0 ? {} : { unusualAccepted: names }) } };
}
