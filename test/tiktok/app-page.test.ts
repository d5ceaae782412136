import { describe, expect, it } from 'vitest';
import { readAppPage } from '../../src/tiktok/app-page.ts';

const appKey = '6abc0def12345';
const appSecret = '0123456789abcdef0123456789abcdef01234567';
const serviceId = '7412345678901234567';
const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';

describe('several values of an app', () => {
  it.each([
    ['a page', `App key\n${appKey}\nCopy\nApp secret\n${appSecret}\nCopy`],
    ['a page with buttons before the values', `App key Copy\n${appKey}\nApp secret Copy Hide\n${appSecret}`],
    ['a list with equals signs', `App Key = ${appKey}\nApp Secret = ${appSecret}`],
    ['environment variables', `APP_KEY="${appKey}"\nAPP_SECRET="${appSecret}"`],
    ['a table', `| App Key | ${appKey} |\n| App Secret | ${appSecret} |`],
    ['Markdown', `**App Key:** \`${appKey}\`\n**App Secret:** \`${appSecret}\``],
    ['a list with dashes', `App Key – ${appKey}\nApp Secret - ${appSecret}`],
    ['text with typographic quotes', `App Key: “${appKey}”, App Secret: “${appSecret}”`],
    ['JSON on one line', `{"app_key":"${appKey}","app_secret":"${appSecret}"}`],
    ['text with full-width colons', `App Key：${appKey} App Secret：${appSecret}`],
  ])('are read from %s', (_, pasted) => {
    expect(readAppPage(pasted)).toEqual({ appKey, appSecret });
  });

  it.each([
    ['a page', `Redirect URL * \n${redirectUrl}\nID: ${serviceId}`],
    ['a list', `Redirect URL = ${redirectUrl}\nService ID = ${serviceId}`],
    ['a table', `| Redirect URL|${redirectUrl}|\n|Service ID|${serviceId}|`],
    ['an email', `The Redirect URL is <${redirectUrl}>, the Service ID ${serviceId}.`],
    ['a sentence', `Redirect URL: ${redirectUrl}. Service ID: ${serviceId}.`],
    ['Markdown', `Redirect URL: \`${redirectUrl}\` Service ID: \`${serviceId}\``],
  ])('include a Redirect URL without the characters around it, in %s', (_, pasted) => {
    expect(readAppPage(pasted)).toEqual({ redirectUrl, serviceId });
  });

  it('include the Service ID, not another ID before it', () => {
    const page = `Shop ID: 7494252274675891254\nService ID: ${serviceId}\nApp Key: ${appKey}`;
    expect(readAppPage(page)).toEqual({ appKey, serviceId });
  });

  it('don’t include a masked secret', () => {
    const page = `App key\n${appKey}\nApp secret\n••••••••••••••••\nID: ${serviceId}`;
    expect(readAppPage(page)).toEqual({ appKey, serviceId });
  });
});

it.each([
  ['an address with two values', `https://example.com/?app_key=${appKey}&service_id=${serviceId}`],
  ['one value', appKey],
  ['one value with its label', `App Secret: ${appSecret}`],
])('%s isn’t a page', (_, pasted) => {
  expect(readAppPage(pasted)).toBeNull();
});
