import { expect, test } from 'vitest';
import { redactor, secretsIn } from '../../src/doctor/redact.ts';
import { Secret } from '../../src/ground/secret.ts';
import { connectedHome } from './examined.ts';

test('no secret and no home directory is printed, wherever it comes from', async () => {
  const place = await connectedHome();
  const { app, issued } = place.simulator;
  const secrets = [app.appSecret, ...issued.accessTokens, ...issued.refreshTokens, ...issued.ciphers];
  const everySecret = [...secrets, 'another secret of a replacement'].join(' ');
  const env = {
    OTTOKIT_TIKTOK_PASSPHRASE: 'a passphrase with spaces',
    OTTOKIT_TIKTOK_APP_SECRET: 'given-in-the-environment',
    HTTPS_PROXY: 'http://proxy-user:p%40ssword-of-proxy@127.0.0.1:9',
    NODE_EXTRA_CA_CERTS: place.directory,
  };
  // What doctor prints about these two values contains every secret.
  await place.change((profile) => ({
    ...profile,
    app: {
      ...profile.app,
      serviceId: `${everySecret} ${Object.values(env).join(' ')}`,
      redirectUrl: `http://api.ottokit.com/tiktok_shop/connection/${everySecret} ${place.directory}/x`,
    },
    pendingReplacement: {
      app: { appSecret: new Secret('another secret of a replacement') },
      journal: { done: {} },
    },
  }));
  const runs = [await place.run({}, { env }), await place.run({ json: true }, { env })];
  for (const { printed, said } of runs) {
    const shown = `${printed}\n${said.join('\n')}`;
    expect(shown).toContain('[secret]');
    expect(shown).toMatch(/~[/\\]+config[/\\]+connections/);
    const given = [
      ...secrets,
      ...Object.values(env),
      'p@ssword-of-proxy',
      'p%40ssword-of-proxy',
      'proxy-user',
      place.directory,
    ];
    for (const value of given) expect(shown.includes(value), value).toBe(false);
    expect(shown).not.toContain('another secret of');
  }
});

test('a proxy’s credentials are recognized in every encoding', () => {
  const secrets = secretsIn({
    https_proxy: 'http://somebody:p%3Ass@proxy.example:3128',
    HTTP_PROXY: 'proxy.example:3128',
  });
  const basic = Buffer.from('somebody:p:ss').toString('base64');
  const redact = redactor(secrets, '');
  expect(redact(`somebody p:ss p%3Ass ${basic} proxy.example:3128`)).toBe(
    '[secret] [secret] [secret] [secret] proxy.example:3128',
  );
});

test('a proxy’s credentials are recognized if they are not percent-encoded', () => {
  const secrets = secretsIn({
    HTTPS_PROXY: 'http://DOMAIN\\someone:pa#ss/wo@rd@proxy.example:3128',
    HTTP_PROXY: 'tok@proxy.example',
  });
  const basic = Buffer.from('DOMAIN\\someone:pa#ss/wo@rd').toString('base64');
  expect(redactor(secrets, '')(`DOMAIN\\someone pa#ss/wo@rd ${basic} tok proxy.example`)).toBe(
    '[secret] [secret] [secret] [secret] proxy.example',
  );
});

test('a short secret is redacted as a separate word, not within another word', () => {
  const redact = redactor(['pass', '', ' '], '/home/ann');
  expect(redact('pass, (pass) passes the passphrase')).toBe('[secret], ([secret]) passes the passphrase');
});

test('a long secret is redacted everywhere, even URL-encoded', () => {
  const redact = redactor(['one two/three', 'one two/three and more'], '/');
  expect(redact('xone two/threex one+two%2Fthree one two/three and more')).toBe('x[secret]x [secret] [secret]');
});

test('the home directory becomes a tilde, but not in a longer name with the same beginning', () => {
  const redact = redactor([], '/home/ann/');
  expect(redact('/home/ann /home/ann/x file:///home/ann/y /home/anna /mnt/home/ann-b')).toBe(
    '~ ~/x file://~/y /home/anna /mnt/home/ann-b',
  );
});
