export type CredentialName = 'app-key' | 'app-secret' | 'service-id';

interface Shape {
  /** The credential's field in a stored app. */
  readonly key: 'appKey' | 'appSecret' | 'serviceId';
  readonly title: string;
  /** Follows the title. */
  readonly where: string;
  /** The format of every known value. It isn't guaranteed, so other formats only cause a warning. */
  readonly usual: RegExp;
  readonly usually: string;
}

/** Source: values in public reports (21 App Keys, 6 App Secrets, 21 Service IDs), not documented by TikTok Shop. */
export const shapes: Readonly<Record<CredentialName, Shape>> = {
  'app-key': {
    key: 'appKey',
    title: 'App Key',
    where: 'is the 13 letters and digits, beginning with 6, in the Credentials section',
    usual: /^6[0-9a-z]{12}$/,
    usually: 'An App Key is usually a 6 followed by 12 lowercase letters and digits',
  },
  'app-secret': {
    key: 'appSecret',
    title: 'App Secret',
    where: 'is the 40 letters and digits in the Credentials section',
    usual: /^[0-9a-f]{40}$/,
    usually: 'An App Secret is usually 40 characters of 0-9 and a-f',
  },
  'service-id': {
    key: 'serviceId',
    title: 'Service ID',
    where: 'is the 19-digit number under the app’s name',
    usual: /^7\d{18}$/,
    usually: 'A Service ID is usually 19 digits, beginning with 7',
  },
};

export const credentialNames: readonly CredentialName[] = ['app-key', 'app-secret', 'service-id'];

/** Returns, for example, “the Service ID is the 19-digit number under the app's name”. */
export const whereIs = (name: CredentialName): string => `the ${shapes[name].title} ${shapes[name].where}`;

const printedByTikTokShop = 'the sample Service ID printed in TikTok Shop’s documents';

/** Samples that people copy by mistake. */
export const printedSamples: ReadonlyMap<string, string> = new Map([
  ['7369437808455026474', printedByTikTokShop],
  ['7431458374265161478', printedByTikTokShop],
  ['7629014xxxx0705549', 'the example from OttoKit’s guide, with its middle masked'],
]);

/** OttoKit's guide masks with x (`7629014xxxx0705549`), but up to five x in a row may be part of a real App Key. */
export function isMask(name: CredentialName, value: string): boolean {
  if (/[•●∙⋅·◦○⚫⬤■▪█*∗⁎✱]|\.{2,}|#{3,}|_{3,}|-{3,}/u.test(value)) return true;
  return (name === 'app-key' && shapes['app-key'].usual.test(value) ? /x{6,}/i : /x{3,}/i).test(value);
}
