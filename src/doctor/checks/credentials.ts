import type { Profile } from '../../store/model/profile.ts';
import { readCredential, type CredentialName, type Known } from '../../tiktok/credentials.ts';
import { failed, notYet, pass, warn, type Check, type Finding } from '../check.ts';
import { onProfile } from '../on-profile.ts';

const fields = [
  { name: 'app-key', key: 'appKey', title: 'App Key' },
  { name: 'app-secret', key: 'appSecret', title: 'App Secret' },
  { name: 'service-id', key: 'serviceId', title: 'Service ID' },
] as const satisfies readonly { name: CredentialName; key: keyof Known; title: string }[];

/** The shapes of the three values together; only `app` and `token` ask TikTok Shop. */
export const credentials: Check = {
  id: 'credentials',
  title: 'Credentials',
  group: 'setup',
  needsNetwork: false,
  whenLate: 'Run `ottokit-tiktok doctor credentials` again.',
  run: (facts) => onProfile('credentials', facts, judgeCredentials),
};

const enterAgain =
  "Copy each value again from the app's page in Partner Center (the Service ID stands under the app's name, the other two under Credentials), then run `ottokit-tiktok connect --restart`.";

function judgeCredentials({ app, journal }: Profile): Finding {
  const values: Known = {
    ...(app.region === undefined ? {} : { region: app.region }),
    ...(app.appKey === undefined ? {} : { appKey: app.appKey }),
    ...(app.appSecret === undefined ? {} : { appSecret: app.appSecret.reveal() }),
    ...(app.serviceId === undefined ? {} : { serviceId: app.serviceId }),
  };
  const verdicts = fields.flatMap(({ name, key, title }) => {
    const { [key]: value, ...others } = values;
    return value === undefined ? [] : [{ name, title, read: readCredential(name, value, others) }];
  });
  const refused = verdicts.flatMap(({ title, read }) => (read.verdict === 'refused' ? [`${title}: ${read.why}`] : []));
  if (refused.length > 0) return failed(refused.join(' '), enterAgain);
  const isAccepted = (name: string): boolean => journal.unusualAccepted?.includes(name) === true;
  const unusual = verdicts.filter(({ read }) => read.verdict === 'unusual');
  const warnings = unusual.flatMap(({ name, title, read }) =>
    read.verdict === 'unusual' && !isAccepted(name) ? [`${title}: ${read.warning}`] : [],
  );
  if (warnings.length > 0) return warn(warnings.join(' '), enterAgain);
  const missing = fields.filter(({ key }) => values[key] === undefined).map(({ title }) => title);
  if (missing.length > 0) return notYet(`not entered yet: ${missing.join(', ')}`);
  const shapes =
    unusual.length === 0
      ? 'of the usual shapes'
      : `as you wanted them: unusual is the shape of the ${unusual.map(({ title }) => title).join(' and the ')}`;
  return pass(`App Key ${app.appKey ?? ''}, Service ID ${app.serviceId ?? ''} and an App Secret, ${shapes}`);
}
