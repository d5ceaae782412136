import { defined } from '../../ground/defined.ts';
import type { Profile } from '../../store/model/profile.ts';
import { readCredential, type CredentialName, type Known } from '../../tiktok/credentials.ts';
import { profileCheck } from '../check.ts';
import { failed, notYet, pass, warn, type Finding } from '../finding.ts';

const fields = [
  { name: 'app-key', key: 'appKey', title: 'App Key', flag: '--app-key KEY' },
  { name: 'app-secret', key: 'appSecret', title: 'App Secret', flag: '--app-secret-stdin' },
  { name: 'service-id', key: 'serviceId', title: 'Service ID', flag: '--service-id ID' },
] as const satisfies readonly { name: CredentialName; key: keyof Known; title: string; flag: string }[];

type Field = (typeof fields)[number];

/** The shapes of the three values. Only `app` and `token` ask TikTok Shop about them. */
export const credentials = profileCheck(
  { id: 'credentials', title: 'Credentials', group: 'setup' },
  'stored',
  judgeCredentials,
);

function judgeCredentials({ app, journal }: Profile): Finding {
  const { region, appKey, appSecret, serviceId } = app;
  const values: Known = defined({ region, appKey, appSecret: appSecret?.reveal(), serviceId });
  const read = fields.flatMap((field) => {
    const { [field.key]: value, ...others } = values;
    return value === undefined ? [] : [{ field, verdict: readCredential(field.name, value, others) }];
  });
  const refused = read.flatMap(({ field, verdict }) =>
    verdict.verdict === 'refused' ? [{ field, says: verdict.why }] : [],
  );
  if (refused.length > 0) return failed(...wrong(toBlame(refused, values)));
  const unusual = read.flatMap(({ field, verdict }) =>
    verdict.verdict === 'unusual' ? [{ field, says: verdict.warning }] : [],
  );
  const surprising = unusual.filter(({ field }) => journal.unusualAccepted?.includes(field.name) !== true);
  if (surprising.length > 0) return warn(...wrong(surprising));
  const missing = fields.filter(({ key }) => values[key] === undefined);
  if (missing.length > 0) return notYet(`not entered yet: ${titles(missing)}`);
  const accepted = `of an unusual shape, as you confirmed: ${titles(unusual.map(({ field }) => field))}`;
  const shapes = unusual.length === 0 ? 'of the usual shapes' : accepted;
  return pass(`App Key ${appKey ?? ''}, Service ID ${serviceId ?? ''} and an App Secret, ${shapes}`);
}

/** A value that was also entered in another field is refused in both, but is right in the one whose shape it has. */
function toBlame<T extends { field: Field }>(refused: readonly T[], values: Known): readonly T[] {
  const wrongAlone = refused.filter(
    ({ field: { name, key } }) =>
      readCredential(name, values[key] ?? '', defined({ region: values.region })).verdict !== 'accepted',
  );
  return wrongAlone.length === 0 ? refused : wrongAlone;
}

const titles = (of: readonly Field[]): string => of.map(({ title }) => title).join(', ');

/** Detail and fix: only the wrong values are entered again. */
function wrong(found: readonly { field: Field; says: string }[]): [detail: string, fix: string] {
  const values = found.map(({ field }) => field);
  return [
    found.map(({ field, says }) => `${field.title}: ${says}`).join(' '),
    `Copy the ${titles(values)} again from the app's page in Partner Center, then run \`ottokit-tiktok connect ${values.map(({ flag }) => flag).join(' ')}\`.`,
  ];
}
