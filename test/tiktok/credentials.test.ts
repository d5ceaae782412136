import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { anyText } from '../any-text.ts';
import type { CredentialName } from '../../src/tiktok/credential-shapes.ts';
import { readCredential, type Verdict } from '../../src/tiktok/credentials.ts';

const appKey = '6abc1def2ghi3';
const appSecret = '0123456789abcdef0123456789abcdef01234567';
const serviceId = '7629014812340705549';
const values: Record<CredentialName, string> = { 'app-key': appKey, 'app-secret': appSecret, 'service-id': serviceId };
const names: readonly CredentialName[] = ['app-key', 'app-secret', 'service-id'];

function whyOf(verdict: Verdict): string {
  return verdict.verdict === 'refused' ? verdict.why : `(${verdict.verdict})`;
}

describe('a credential', () => {
  it.each(names)('in its usual format is accepted unchanged: %s', (name) => {
    expect(readCredential(name, values[name], {})).toEqual({ verdict: 'accepted', value: values[name] });
  });

  it.each<[CredentialName, string]>([
    ['service-id', `  ${serviceId}\n`],
    ['service-id', `\u00A0\u2003${serviceId}\u3000`],
    ['service-id', '7629 0148 1234 0705 549'],
    ['service-id', `"${serviceId}"`],
    ['service-id', `“${serviceId}”`],
    ['service-id', `‘${serviceId}’`],
    ['service-id', `\`${serviceId}\``],
    ['service-id', `´${serviceId}´`],
    ['service-id', `«${serviceId}»`],
    ['service-id', `ID: ${serviceId}`],
    ['service-id', `id:${serviceId}`],
    ['service-id', `ID：${serviceId}`],
    ['service-id', `ID ${serviceId}`],
    ['service-id', `Service ID: ${serviceId}`],
    ['service-id', `service_id=${serviceId}`],
    ['service-id', `"Service ID": "${serviceId}",`],
    ['service-id', `Service ID: ID: '${serviceId}'`],
    ['service-id', `\u200B\uFEFF7629014\u200D812340705549\u200E\u202C\u2069`],
    ['service-id', '７６２９０１４８１２３４０７０５５４９'],
    ['app-key', `App Key: ${appKey}`],
    ['app-key', `APP KEY\n${appKey}`],
    ['app-key', `App Key - ${appKey}`],
    ['app-key', `"app_key": "${appKey}"`],
    ['app-key', `appkey=${appKey}`],
    ['app-key', 'ａｐｐ　ｋｅｙ：６ａｂｃ１ｄｅｆ２ｇｈｉ３'],
    ['app-key', `- App Key: ${appKey}`],
    ['app-key', `2. App Key: ${appKey}`],
    ['app-key', `> App Key → ${appKey}`],
    ['app-key', `| App Key | ${appKey} |`],
    ['app-key', `**App Key:** \`${appKey}\``],
    ['app-key', `**App Key**: ${appKey}`],
    ['app-key', `{"app_key":"${appKey}"}`],
    ['app-key', `<${appKey}>`],
    ['service-id', `?service_id=${serviceId}`],
    ['app-secret', `App Secret:\t${appSecret}`],
    ['app-secret', `app-secret = '${appSecret}';`],
    ['app-secret', `${appSecret.slice(0, 20)}\r\n${appSecret.slice(20)}`],
  ])('is found with labels, quotes or invisible characters around it: %s in %j', (name, pasted) => {
    expect(readCredential(name, pasted, {})).toEqual({ verdict: 'accepted', value: values[name] });
  });

  it.each(names.flatMap((asked) => names.filter((given) => given !== asked).map((given) => ({ asked, given }))))(
    'entered as the $asked is recognized as the $given, by its format or its value',
    ({ asked, given }) => {
      const titles = { 'app-key': 'App Key', 'app-secret': 'App Secret', 'service-id': 'Service ID' };
      const start = `This is your ${titles[given]}; the ${titles[asked]} is the `;
      expect(whyOf(readCredential(asked, values[given], {}))).toContain(start);
      const odd = { 'app-key': 'odd-key', 'app-secret': 'odd-secret', 'service-id': 'odd-id' };
      const known = { appKey: odd['app-key'], appSecret: new Secret(odd['app-secret']), serviceId: odd['service-id'] };
      expect(whyOf(readCredential(asked, odd[given], known))).toContain(start);
    },
  );

  it('is recognized by its format, even in capitals', () => {
    expect(whyOf(readCredential('app-key', appSecret.toUpperCase(), {}))).toContain('This is your App Secret');
  });

  it('is refused if it is the App Key instead of the Service ID, with where to find the Service ID', () => {
    expect(whyOf(readCredential('service-id', appKey, {}))).toBe(
      'This is your App Key; the Service ID is the 19-digit number under the app’s name.',
    );
  });

  it('is accepted if the same value is entered again', () => {
    expect(readCredential('app-key', appKey, { appKey, appSecret: new Secret(appSecret), serviceId }).verdict).toBe(
      'accepted',
    );
  });

  it.each(names)('is recognized as another one by its label if its format is unusual: %s', (name) => {
    const labels = { 'app-key': 'App Secret', 'app-secret': 'Service ID', 'service-id': 'App Key' };
    const why = whyOf(readCredential(name, `${labels[name]}: something-new`, {}));
    expect(why).toContain(`This is your ${labels[name]}`);
  });
});

describe('a masked value', () => {
  it.each<[CredentialName, string]>([
    ['service-id', '7629014xxxx0705549'],
    ['service-id', '7629014XXXX0705549'],
    ['service-id', '7629014...0705549'],
    ['service-id', '7629014…0705549'],
    ['service-id', 'ID: 7629014••••0705549'],
    ['app-key', '6abc•••••••••'],
    ['app-key', '6xxxxxxxxxxxx'],
    ['app-key', '6abc*******f3'],
    ['app-secret', '•'.repeat(40)],
    ['app-secret', '***'],
    ['app-secret', 'App Secret:********'],
    ['app-secret', '- **App Secret:** ********'],
    ['app-secret', '●●●●●●'],
    ['app-secret', 'x'.repeat(40)],
    ['app-secret', '0123####4567'],
    ['app-secret', '＊＊＊＊'],
  ])('entered as %s is refused: %s', (name, pasted) => {
    expect(whyOf(readCredential(name, pasted, {}))).toContain('masked');
  });

  it('needs several masking characters in a row, and more than five x’s in an App Key of the usual format', () => {
    expect(readCredential('service-id', '7629014.0705#549_', {}).verdict).toBe('unusual');
    expect(whyOf(readCredential('app-key', '6abcxxx', {}))).toContain('masked');
    expect(readCredential('app-key', '6axxxxx1def23', {}).verdict).toBe('accepted');
  });
});

describe('an address entered for a credential', () => {
  const links = {
    us: `https://services.us.tiktokshop.com/open/authorize?service_id=${serviceId}`,
    row: `https://services.tiktokshop.com/open/authorize?service_id=${serviceId}`,
  };

  it.each([
    ['us', links.us],
    ['us', `https://services.tiktokshops.us/open/authorize?service_id=${serviceId}&state=1`],
    ['us', `https://partner.us.tiktokshop.com/service/gather?service_id=${serviceId}`],
    ['row', links.row],
    ['row', `services.tiktokshop.com/open/authorize?service_id=${serviceId}`],
    ['row', `Authorization link: "${links.row}"`],
    ['row', `https://services.tiktokshop.com/open/\nauthorize?service_id=${serviceId}`],
    ['row', `https://partner.tiktokshop.com/service/gather?service_id=${serviceId}#basic`],
    ['row', `https://partner.eu.tiktokshop.com/service/gather?tab=1&service_id=${serviceId}`],
    ['row', `${links.row}&service_id=${serviceId}`],
  ] as const)('is read as the Service ID of an app in the region %s: %s', (region, link) => {
    const [, host] = /(services\.[a-z.]+)\//.exec(link) ?? [];
    const accepted = { verdict: 'accepted', value: serviceId, ...(host && { authorizationHost: host }) };
    expect(readCredential('service-id', link, { region })).toEqual(accepted);
    expect(readCredential('service-id', link, {})).toEqual(accepted);
    const other = readCredential('service-id', link, { region: region === 'us' ? 'row' : 'us' });
    expect(whyOf(other)).toContain(region === 'us' ? 'partner.us.tiktokshop.com' : 'partner.tiktokshop.com');
  });

  it.each([
    ['neither the app', `https://example.com/open/authorize?service_id=${serviceId}`],
    ['neither the app', `https://services.tiktokshop.com@example.com/?service_id=${serviceId}`],
    ['neither the app', `https://services.tiktokshop.com.example.com/?service_id=${serviceId}`],
    ['neither the app', `https://auth.tiktok-shops.com/oauth/authorize?app_key=${appKey}`],
    ['Redirect URL', 'https://api.ottokit.com/tiktok_shop/connection'],
    ['Redirect URL', 'http://127.0.0.1:8717/callback'],
    ['Redirect URL', 'localhost:8717/callback'],
    ['has no service_id', 'https://services.tiktokshop.com/open/authorize'],
    ['has no service_id', 'https://partner.tiktokshop.com/service/gather?service_id='],
    ['more than one service_id', `${links.row}&service_id=7000000000000000000`],
    ['your App Key', `https://services.tiktokshop.com/open/authorize?service_id=${appKey}`],
    ['sample Service ID', 'https://services.tiktokshop.com/open/authorize?service_id=7369437808455026474'],
    ['masked', 'https://services.tiktokshop.com/open/authorize?service_id=7629014xxxx0705549'],
    ['This isn’t a valid address', 'https://[services/'],
  ])('is refused with “%s”: %s', (words, link) => {
    expect(whyOf(readCredential('service-id', link, {}))).toContain(words);
  });

  it.each<[CredentialName, string, string]>([
    ['app-key', links.us, 'contains only the Service ID'],
    ['app-secret', links.row, 'contains only the Service ID'],
    ['app-key', 'https://example.com/', 'This is an address;'],
    ['app-secret', 'https://api.ottokit.com/tiktok_shop/connection', 'This is a Redirect URL;'],
  ])('is never accepted as the %s: %s', (name, link, words) => {
    expect(whyOf(readCredential(name, link, {}))).toContain(words);
  });
});

describe('anything else', () => {
  it.each<[CredentialName, string, string]>([
    [
      'service-id',
      '762901481234070554',
      'usually 19 digits, beginning with 7. This value looks different (18 characters).',
    ],
    ['service-id', '1', 'This value looks different (1 character).'],
    [
      'app-key',
      appKey.toUpperCase(),
      'usually a 6 followed by 12 lowercase letters and digits. This value looks different (13 characters)',
    ],
    [
      'app-secret',
      appSecret.slice(1),
      'usually 40 characters of 0-9 and a-f. This value looks different (39 characters).',
    ],
  ])('entered as %s causes a warning that can be overridden: %s', (name, pasted, words) => {
    const verdict = readCredential(name, pasted, {});
    expect(verdict).toMatchObject({ verdict: 'unusual', value: pasted });
    expect(verdict.verdict === 'unusual' && verdict.warning).toContain(words);
  });

  it.each([
    '7369437808455020000',
    '7369437808450000000',
    '7369437808455026000',
    '7.36944E+18',
    '7.36943780845503E+18',
    '7,36944e18',
    '7E+18',
    `https://services.tiktokshop.com/open/authorize?service_id=7369437808455020000`,
  ])('causes a warning if a spreadsheet has rounded the Service ID: %s', (pasted) => {
    const verdict = readCredential('service-id', pasted, {});
    expect(verdict.verdict === 'unusual' && verdict.warning).toContain('Spreadsheets round');
  });

  it.each(['7369437808455026400', '7369437808455020001', '7000000000000000001'])(
    'causes no warning if it doesn’t look rounded: %s',
    (pasted) => {
      expect(readCredential('service-id', pasted, {})).toEqual({ verdict: 'accepted', value: pasted });
    },
  );

  it('is treated the same with the right label before it', () => {
    expect(readCredential('service-id', 'Service ID: 123', {})).toMatchObject({ verdict: 'unusual', value: '123' });
    expect(readCredential('app-key', 'ID: something-new', {})).toMatchObject({ verdict: 'unusual' });
  });

  it.each(['TTP_FeBoANmHP3yq', 'ROW_xkMbgAAAeVAQ', 'GCP_XF90igAAAABh00qs'])(
    'is refused if it is an authorization code, a token or a cipher: %s',
    (pasted) => {
      for (const name of names)
        expect(whyOf(readCredential(name, pasted, {}))).toContain('authorization code, a token');
    },
  );

  it.each(['7369437808455026474', '7431458374265161478'])(
    'is refused if it is a sample Service ID from TikTok Shop’s documents: %s',
    (pasted) => {
      for (const name of names) expect(whyOf(readCredential(name, pasted, {}))).toContain('sample Service ID');
    },
  );

  it('gets a different message for each mistake', () => {
    const mistakes = (name: CredentialName) => [
      '',
      `${values[name].slice(0, 5)}\u001B[200~`,
      'a'.repeat(513),
      '•••••',
      '7369437808455026474',
      ...names.filter((other) => other !== name).map((other) => values[other]),
      'https://example.com/',
      'http://127.0.0.1:8717/callback',
      'TTP_abc',
      `App Key: ${appKey} App Secret: ${appSecret} Service ID: ${serviceId}`,
    ];
    for (const name of names) {
      const sentences = mistakes(name).map((pasted) => whyOf(readCredential(name, pasted, {})));
      expect(new Set(sentences).size).toBe(sentences.length);
      for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each([
    ['empty', ''],
    ['only white space', ' \u200B\n'],
    ['a label alone', 'ID:'],
    ['a label without a colon', 'App Key'],
  ])('is refused if it is %s', (_, pasted) => {
    for (const name of names) expect(whyOf(readCredential(name, pasted, {}))).toContain('This is empty');
  });

  it('is refused if it is far too long', () => {
    expect(whyOf(readCredential('app-secret', 'a'.repeat(513), {}))).toContain('513 characters long, far too long');
    expect(whyOf(readCredential('app-secret', ' '.repeat(1e6), {}))).toContain('1000000 characters long');
    expect(readCredential('app-secret', 'a'.repeat(512), {}).verdict).toBe('unusual');
    expect(readCredential('app-secret', appSecret.padEnd(8192), {}).verdict).toBe('accepted');
  });

  it('is never repeated in a message', { tags: 'repetitive' }, () => {
    const pasted = fc.oneof(
      anyText({ minLength: 12 }),
      fc.stringMatching(/^(TTP_|https:\/\/|App Secret: |)[0-9a-f]{20,60}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), pasted, (name, text) => {
        const verdict = readCredential(name, text, {});
        const said = verdict.verdict === 'unusual' ? verdict.warning : whyOf(verdict);
        expect(said).not.toContain(text.replace('App Secret: ', ''));
        if (verdict.verdict !== 'refused') expect(verdict.value).not.toMatch(/\s|^$/u);
      }),
      { numRuns: 500 },
    );
  });
});
