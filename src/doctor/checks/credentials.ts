import { defined } from '../../ground/defined.ts';
import type { Profile } from '../../store/model/profile.ts';
import { readCredential, type Known } from '../../tiktok/credentials.ts';
import { profileCheck } from '../check.ts';
import { failed, notYet, pass, warn, type Finding } from '../finding.ts';

const fields = [
  { name: 'app-key', key: 'appKey', title: 'App Key', flag: '--app-key KEY' },
  { name: 'app-secret', key: 'appSecret', title: 'App Secret', flag: '--app-secret-stdin' },
  { name: 'service-id', key: 'serviceId', title: 'Service ID', flag: '--service-id ID' },
] as const;

type Field = (typeof fields)[number];

/** A value's field, and what is wrong with it. */
interface Wrong {
  readonly field: Field;
  readonly says: string;
}

/** Checks the shapes of the three values. Only `app` and `token` ask TikTok Shop about them. */
export const credentials = profileCheck({ id: 'credentials', title: 'Credentials', group: 'setup' }, judge);

function judge({ app, journal }: Profile): Finding {
  const { region, appKey, appSecret, serviceId } = app;
  const values: Known = defined({ region, appKey, appSecret: appSecret?.reveal(), serviceId });
  const [missing, refused, unusual]: [Field[], Wrong[], Wrong[]] = [[], [], []];
  for (const field of fields) {
    const { [field.key]: value, ...others } = values;
    const read = value === undefined ? undefined : readCredential(field.name, value, others);
    if (read === undefined) missing.push(field);
    else if (read.verdict === 'refused') refused.push({ field, says: read.why });
    else if (read.verdict === 'unusual') unusual.push({ field, says: read.warning });
  }
  if (refused.length > 0) return failed(...wrong(refusedAlone(refused, values)));
  const surprising = unusual.filter(({ field }) => journal.unusualAccepted?.includes(field.name) !== true);
  if (surprising.length > 0) return warn(...wrong(surprising));
  if (missing.length > 0) return notYet(`not entered yet: ${titles(missing)}`);
  const accepted = `of an unusual shape, as you confirmed: ${titles(unusual.map(({ field }) => field))}`;
  const shapes = unusual.length === 0 ? 'of the usual shapes' : accepted;
  return pass(`App Key ${appKey ?? ''}, Service ID ${serviceId ?? ''} and an App Secret, ${shapes}`);
}

/** Leaves out a value that is refused only because it was also entered in the wrong field. */
function refusedAlone(refused: readonly Wrong[], values: Known): readonly Wrong[] {
  const alone = defined({ region: values.region });
  const wrongAlone = refused.filter(
    ({ field: { name, key } }) => readCredential(name, values[key] ?? '', alone).verdict !== 'accepted',
  );
  return wrongAlone.length === 0 ? refused : wrongAlone;
}

const titles = (of: readonly Field[]): string => of.map(({ title }) => title).join(', ');

/** Detail and fix. Only the wrong values have to be entered again. */
function wrong(found: readonly Wrong[]): [detail: string, fix: string] {
  const values = found.map(({ field }) => field);
  return [
    found.map(({ field, says }) => `${field.title}: ${says}`).join(' '),
    `Copy the ${titles(values)} again from the app's page in Partner Center, then run \`ottokit-tiktok connect ${values.map(({ flag }) => flag).join(' ')}\`.`,
  ];
}
