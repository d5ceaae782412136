import { defined } from '../../ground/defined.ts';
import { credentialNames, shapes, type CredentialName } from '../../tiktok/credential-shapes.ts';
import { readCredential, valueIn, type Known } from '../../tiktok/credentials.ts';
import { failed, notYet, pass, profileCheck, warn } from '../check.ts';

type Wrong = readonly [name: CredentialName, why: string];

/** Checks the format of the three values. `app` and `token` ask TikTok Shop about them. */
export const credentials = profileCheck({ id: 'credentials', title: 'Credentials', group: 'setup' }, (profile) => {
  const { app, journal } = profile;
  const [missing, refused, unusual]: [CredentialName[], Wrong[], Wrong[]] = [[], [], []];
  for (const name of credentialNames) {
    const value = valueIn(app, name);
    const read = value === undefined ? undefined : readCredential(name, value, app);
    if (read === undefined) missing.push(name);
    else if (read.verdict === 'refused') refused.push([name, read.why]);
    else if (read.verdict === 'unusual') unusual.push([name, read.warning]);
  }
  if (refused.length > 0) return failed(...inWords(wrongAlone(refused, app)));
  const surprising = unusual.filter(([name]) => journal.unusualAccepted?.includes(name) !== true);
  if (surprising.length > 0) return warn(...inWords(surprising));
  if (missing.length > 0) return notYet(`not entered yet: ${titles(missing)}`);
  const accepted = `in an unusual format, as you confirmed: ${titles(unusual.map(([name]) => name))}`;
  const format = unusual.length === 0 ? 'in the usual format' : accepted;
  return pass(`App Key ${app.appKey ?? ''}, Service ID ${app.serviceId ?? ''} and an App Secret, ${format}`);
});

/** A value entered in two fields is refused in both. Keeps only those that are wrong on their own, if there are any. */
function wrongAlone(refused: readonly Wrong[], app: Known): readonly Wrong[] {
  const alone = defined({ region: app.region });
  const isWrongAlone = ([name]: Wrong): boolean =>
    readCredential(name, valueIn(app, name) ?? '', alone).verdict !== 'accepted';
  const wrong = refused.filter(isWrongAlone);
  return wrong.length === 0 ? refused : wrong;
}

const titles = (names: readonly CredentialName[]): string => names.map((name) => shapes[name].title).join(', ');

const flags = { 'app-key': '--app-key KEY', 'app-secret': '--app-secret-stdin', 'service-id': '--service-id ID' };

function inWords(wrong: readonly Wrong[]): [detail: string, fix: string] {
  const names = wrong.map(([name]) => name);
  return [
    wrong.map(([name, why]) => `${shapes[name].title}: ${why}`).join(' '),
    `Copy the ${titles(names)} again from the app’s page in Partner Center, then run \`ottokit-tiktok connect ${names.map((name) => flags[name]).join(' ')}\`.`,
  ];
}
